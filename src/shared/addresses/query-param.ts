/** Adds `name=value` to a URL or key that may have a query already, in place of an older value. */
export function withParam(text: string, name: string, value: string): string {
  const at = text.indexOf('?')
  const base = at < 0 ? text : text.slice(0, at)
  const params =
    at < 0
      ? []
      : text
          .slice(at + 1)
          .split('&')
          .filter((pair) => pair !== '' && pair.split('=', 1)[0] !== name)
  return `${base}?${[...params, `${name}=${value}`].join('&')}`
}
