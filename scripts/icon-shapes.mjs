// The tray's icons as drawings: one shape a state, so that nobody has to tell colours apart. Drawn for each size anew,
// on its own pixels, because half a pixel too much is what makes a small icon look out of focus.

/** State, its colour and its shape. Colours of medium lightness: they stand out on a dark panel and on a light one. */
const states = {
  offline: { colour: '#7d8894', shape: ring },
  obs: { colour: '#1f9d5b', shape: dot },
  backup: { colour: '#cf7a00', shape: diamond },
  switching: { colour: '#2b82e8', shape: arrows },
  trouble: { colour: '#e5393f', shape: triangle },
  hold: { colour: '#8b5cf6', shape: lock },
  'no-engine': { colour: '#7d8894', shape: crossedRing },
}

export const trayStates = Object.keys(states)

/** An SVG of `size` px; with `template` in black alone, which macOS paints as the menu bar needs it. */
export function trayIcon(state, size, template) {
  const { colour, shape } = states[state]
  const paint = template ? '#000000' : colour
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">${shape(size, paint)}</svg>`
}

/** A length given for 16 px, on whole pixels, at least one. */
const px = (size, at16) => Math.max(1, Math.round((size * at16) / 16))

function ring(size, paint) {
  const wide = px(size, 2)
  return `<circle cx="${size / 2}" cy="${size / 2}" r="${size / 2 - px(size, 1) - wide / 2}" fill="none" stroke="${paint}" stroke-width="${wide}"/>`
}

function dot(size, paint) {
  return `<circle cx="${size / 2}" cy="${size / 2}" r="${size / 2 - px(size, 1)}" fill="${paint}"/>`
}

function diamond(size, paint) {
  const half = size / 2
  return `<path d="M${half} 0L${size} ${half}L${half} ${size}L0 ${half}Z" fill="${paint}"/>`
}

function arrows(size, paint) {
  // Odd heights, so that the tips lie on a pixel's middle and the bars on whole pixels.
  const odd = (at16) => 2 * Math.round(((size * at16) / 16 - 1) / 2) + 1
  const [bar, head, edge] = [odd(3), odd(7), px(size, 1)]
  const y = Math.floor(px(size, 1) / 2) + head / 2
  const neck = size - edge - Math.ceil(head / 2) - 1
  const arrow = `<path d="M${edge} ${y - bar / 2}H${neck}V${y - head / 2}L${size - edge} ${y}L${neck} ${y + head / 2}V${y + bar / 2}H${edge}Z" fill="${paint}"/>`
  // One to the right above, one to the left below.
  return `${arrow}<g transform="rotate(180 ${size / 2} ${size / 2})">${arrow}</g>`
}

function triangle(size, paint) {
  // As even as the picture is wide, or the mark would not stand in the middle.
  const mark = 2 * Math.round(size / 16)
  const left = (size - mark) / 2
  const top = px(size, 5)
  const stem = px(size, 5)
  const dotTop = top + stem + px(size, 1)
  const base = size - px(size, 0.5)
  return `<mask id="m"><rect width="${size}" height="${size}" fill="#fff"/><rect x="${left}" y="${top}" width="${mark}" height="${stem}"/><rect x="${left}" y="${dotTop}" width="${mark}" height="${mark}"/></mask>
<path mask="url(#m)" d="M${size / 2 - 1} 0.5h2L${size} ${base}H0Z" fill="${paint}"/>`
}

function lock(size, paint) {
  const wide = px(size, 2)
  const side = px(size, 2)
  const top = px(size, 7)
  const bottom = size - px(size, 1)
  const bow = size / 2 - side - px(size, 1) - wide / 2
  const bowTop = px(size, 1) + wide / 2 + bow
  return `<rect x="${side}" y="${top}" width="${size - 2 * side}" height="${bottom - top}" rx="${px(size, 1.5)}" fill="${paint}"/>
<path d="M${size / 2 - bow} ${top + 1}V${bowTop}a${bow} ${bow} 0 0 1 ${2 * bow} 0V${top + 1}" fill="none" stroke="${paint}" stroke-width="${wide}"/>`
}

function crossedRing(size, paint) {
  const wide = px(size, 2)
  const edge = px(size, 1.5)
  // The bar is cut out of the ring with some air, or at this size the two would be one blot.
  const line = `x1="${edge}" y1="${size - edge}" x2="${size - edge}" y2="${edge}"`
  return `<mask id="m"><rect width="${size}" height="${size}" fill="#fff"/><line ${line} stroke="#000" stroke-width="${wide + 2 * px(size, 1.25)}"/></mask>
<g mask="url(#m)">${ring(size, paint)}</g><line ${line} stroke="${paint}" stroke-width="${wide}" stroke-linecap="round"/>`
}
