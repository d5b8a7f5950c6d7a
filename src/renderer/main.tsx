import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { chartData } from './charts/chart-data'
import { start, usePage } from './engine/store'
import './theme'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/surfaces.css'
import './styles/forms.css'
import './styles/frame.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
start()
// From the first snapshot on, whatever screen is shown.
usePage.subscribe(({ snapshot }, before) => {
  if (snapshot !== null && snapshot !== before.snapshot) chartData.append(snapshot)
})
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
