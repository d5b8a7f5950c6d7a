import type { z } from 'zod'
import { configSchema } from '../../../shared/settings/config'
import { nearestKey } from '../../../shared/settings/nearest-key'

const pathWords = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')

/**
 * What is wrong at one place of a config, in words. `root` is the whole value, used to guess what an unknown key was
 * meant to be; no value out of it is quoted, since it may be a secret.
 */
export function issueWords(issue: z.core.$ZodIssue, root: unknown): string[] {
  const path = pathWords(issue.path)
  const where = path === '' ? 'the file' : path
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearestKey(key, knownKeys(issue.path, root))
        const full = path === '' ? key : `${path}.${key}`
        return near === null ? `${full} is not known` : `${full} is not known, was "${near}" meant?`
      })
    case 'invalid_type':
      return [`${where} must be ${typeWords(issue.expected)}`]
    case 'invalid_value':
      return [`${where} must be ${issue.values.map((one) => JSON.stringify(String(one))).join(' or ')}`]
    case 'invalid_union':
      return [`${where} is none of the kinds that are known${unionWords(issue)}`]
    case 'too_small':
      return [
        `${where} ${issue.origin === 'string' ? 'must not be empty' : `must be at least ${String(issue.minimum)}`}`,
      ]
    case 'too_big':
      return [`${where} must be at most ${String(issue.maximum)}`]
    case 'invalid_format':
      return [
        issue.format === 'url'
          ? `${where} ${issue.message}`
          : `${where} has letters in it that are not allowed`,
      ]
    case 'custom':
      // Our own words begin small; zod's, which speak to programmers, do not.
      return [/^[a-z]/.test(issue.message) ? `${where} ${issue.message}` : `${where} is not valid`]
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return [`${where} is not valid`]
  }
}

const unionWords = (issue: z.core.$ZodIssueInvalidUnion): string => {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
  return options.length === 0 ? '' : ` (${options.map(String).join(', ')})`
}

const typeWords = (expected: string): string =>
  ({
    string: 'text in quotes',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'an object in { }',
    array: 'a list in [ ]',
    record: 'an object in { }',
  })[expected] ?? expected

/** Names that the schema knows at a place, found by asking it for an object full of defaults. */
function knownKeys(path: readonly PropertyKey[], root: unknown): string[] {
  let schema: unknown = configSchema
  let value: unknown = root
  for (const part of path) {
    schema = step(unwrap(schema, value), part)
    value =
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined
  }
  return Object.keys(shapeOf(unwrap(schema, value)))
}

const field = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[key] : undefined

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> => {
  const shape = field(schema, 'shape')
  return typeof shape === 'object' && shape !== null ? (shape as Record<string, unknown>) : {}
}

/** Takes default, nullable and optional off a schema; of a union, the member of the value's `kind`. */
function unwrap(schema: unknown, value: unknown): unknown {
  const def = field(schema, 'def')
  const inner = field(def, 'innerType')
  if (inner !== undefined) return unwrap(inner, value)
  const options = field(def, 'options')
  if (!Array.isArray(options)) return schema
  const kind = field(value, 'kind')
  return options.find((option) => {
    const literals = field(field(shapeOf(option)['kind'], 'def'), 'values')
    return Array.isArray(literals) && literals.includes(kind)
  }) as unknown
}

const step = (schema: unknown, part: PropertyKey): unknown =>
  typeof part === 'number' ? field(field(schema, 'def'), 'element') : shapeOf(schema)[String(part)]
