/** OBS's ini files: sections, `key=value`, a byte order mark at the front, `\n` and `\\` escaped in values (libobs config-file.c). */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Reads any text; what is not a section or a key is passed over. */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | null = null
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const header = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, string>()
      sections.set(header, section)
      continue
    }
    const equals = line.indexOf('=')
    if (section === null || equals <= 0 || /^\s*[#;]/.test(line)) continue
    section.set(line.slice(0, equals).trim(), unescape(line.slice(equals + 1).trim()))
  }
  return sections
}

/** OBS writes true and false in words, older versions 1 and 0. */
export function iniBool(value: string | undefined): boolean | null {
  if (value === undefined) return null
  return value === 'true' || value === '1'
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' }

function unescape(value: string): string {
  return value.replace(/\\([nr\\])/g, (whole, letter: string) => escapes[letter] ?? whole)
}
