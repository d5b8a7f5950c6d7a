/* global localStorage, matchMedia, document */
// Runs before the first paint, so that no light page flashes in a dark room. A file of its own: the content security
// policy allows no script inside the page. Kept in step with src/renderer/theme.ts.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('understudy-theme')
  } catch {
    // No storage here: the system's choice it is.
  }
  const light = matchMedia('(prefers-color-scheme: light)').matches
  document.documentElement.dataset.theme =
    chosen === 'light' || chosen === 'dark' ? chosen : light ? 'light' : 'dark'
})()
