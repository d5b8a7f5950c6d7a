import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { start } from './store'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/surfaces.css'
import './styles/forms.css'
import './styles/frame.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
start()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
