/**
 * The page's parts. Words come from `shared/messages`; a part only places them. Icons: from 'lucide-react', given as
 * `icon={<Radio />}` (sized by the part, hidden from screen readers).
 *
 * - `Button` tone primary | go | stop | plain | quiet; `busy`, `hotkey` ('Control+Shift+F7'), `icon`, `small`, `block`
 * - `Card` title, icon, actions (right of the title), tone plain | info | warn | alarm, `level` of its heading
 * - `Field` wraps any control: label, hint, fault. `children` is given {id, 'aria-describedby', 'aria-invalid'}
 * - `TextField`, `NumberField` (unit; null when empty), `SelectField`, `Switch`: controlled, all take hint and fault
 * - `Segmented`: one of a few, as radios. `Dialog`: native, modal, `open` + `onClose`, `actions`
 * - `Note` tone info | good | warn | alarm, `live` to be announced. `Chip` tone plain | good | warn | bad | info | air | backup
 * - `Kbd` one accelerator as keys. `Steps` numbered steps with a current one. `StepResults`: lines ok | warning | failed
 * - `Facts` name-value pairs; `SideNav` links beside a screen; `Spinner`; `Picture` of a system; `Player` of a rehearsal
 *
 * Layout classes from base.css: `stack` (column with gap), `row`, `spring`, `muted`, `small`, `unseen`, `numbers`.
 * Tokens in styles/tokens.css; styles of a screen live beside it in features/<screen>/<screen>.css.
 */
export { Button, type ButtonTone } from './button'
export { Card } from './card'
export { Chip, type ChipTone } from './chip'
export { Dialog } from './dialog'
export { Facts, type Fact } from './facts'
export { Field, type FieldControl } from './form/field'
export { NumberField, SelectField, TextField } from './form/fields'
export { Kbd } from './kbd'
export { Note, type NoteTone } from './note'
export { Picture } from './picture'
export { Player } from './player'
export { Segmented } from './form/segmented'
export { SideNav } from './side-nav'
export { Spinner } from './spinner'
export { StepResults, Steps } from './form/steps'
export { Switch } from './form/switch'
