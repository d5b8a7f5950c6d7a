import { create } from 'zustand'

/** What the person chose. `system`: as the desktop has it. */
export type ThemeChoice = 'system' | 'dark' | 'light'
export type Theme = 'dark' | 'light'

const key = 'understudy-theme'
const lightWanted = window.matchMedia('(prefers-color-scheme: light)')

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(key)
    return value === 'dark' || value === 'light' ? value : 'system'
  } catch {
    return 'system'
  }
}

const resolve = (choice: ThemeChoice): Theme =>
  choice === 'system' ? (lightWanted.matches ? 'light' : 'dark') : choice

/** The theme in use; charts read it to draw in the right colours. */
export const useTheme = create<{ readonly choice: ThemeChoice; readonly theme: Theme }>(() => {
  const choice = stored()
  return { choice, theme: resolve(choice) }
})

const show = (choice: ThemeChoice): void => {
  const theme = resolve(choice)
  document.documentElement.dataset['theme'] = theme
  useTheme.setState({ choice, theme })
}

/** Changes the theme and remembers it in this browser. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
  } catch {
    // Without storage it lasts until the page is closed.
  }
  show(choice)
}

lightWanted.addEventListener('change', () => show(useTheme.getState().choice))
