import { EventEmitter } from 'node:events'
import type Electron from 'electron'

/**
 * What a real Electron on a test machine cannot be brought to do: refusals, and the ways of Windows and macOS. Typed from
 * Electron's own declarations, so that a member that changes there breaks here; behaviour as its documentation says.
 * Unit tests get it wherever `electron` is imported.
 */

/** A part of one of Electron's objects, in the place of the whole. What is missing fails loudly when it is used. */
export const standIn = <Whole extends object, Part extends Partial<Whole> = Partial<Whole>>(
  part: Part,
): Whole & Part => part as unknown as Whole & Part

/** A picture that remembers from where it was loaded. */
export class FakeImage {
  template = false
  constructor(readonly path: string) {}
  isEmpty(): boolean {
    return false
  }
  setTemplateImage(option: boolean): void {
    this.template = option
  }
}

export const nativeImage = standIn<typeof Electron.nativeImage>({
  createFromPath: (path) => standIn<Electron.NativeImage, FakeImage>(new FakeImage(path)),
})

const pathOf = (image: unknown): string => (image instanceof FakeImage ? image.path : String(image))

export class FakeMenu {
  constructor(readonly items: readonly Electron.MenuItemConstructorOptions[]) {}
  static buildFromTemplate(items: Electron.MenuItemConstructorOptions[]): Electron.Menu {
    return new FakeMenu(items) as unknown as Electron.Menu
  }
}

/** Shows what was set last. `FakeTray.refuses`: the system takes no icon. */
export class FakeTray extends EventEmitter {
  static all: FakeTray[] = []
  static refuses = false
  image: string
  tooltip = ''
  menu: readonly Electron.MenuItemConstructorOptions[] = []
  menusSet = 0
  destroyed = false
  constructor(image: Electron.NativeImage | string) {
    super()
    if (FakeTray.refuses) throw new Error('Failed to create tray')
    this.image = pathOf(image)
    FakeTray.all.push(this)
  }
  setImage(image: Electron.NativeImage | string): void {
    this.image = pathOf(image)
  }
  setToolTip(text: string): void {
    this.tooltip = text
  }
  setContextMenu(menu: Electron.Menu | null): void {
    this.menusSet += 1
    this.menu = menu instanceof FakeMenu ? menu.items : []
  }
  destroy(): void {
    this.destroyed = true
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
}

/** `mode`: what the system does with the next ones. */
export class FakeNotification extends EventEmitter {
  static all: FakeNotification[] = []
  static mode: 'shows' | 'fails' | 'is silent' = 'shows'
  static supported = true
  closed = false
  constructor(readonly options: Electron.NotificationConstructorOptions = {}) {
    super()
    FakeNotification.all.push(this)
  }
  static isSupported(): boolean {
    return FakeNotification.supported
  }
  /** On Linux the event comes while `show` runs. */
  show(): void {
    if (FakeNotification.mode === 'shows') this.emit('show', {})
    if (FakeNotification.mode === 'fails') this.emit('failed', {}, 'not authorised')
  }
  close(): void {
    if (this.closed) return
    this.closed = true
    this.emit('close', {})
  }
}

/** Keys in `taken` belong to other programs; those in `unknown` throw, as an accelerator that cannot be parsed does. */
export class FakeGlobalShortcut implements Pick<
  Electron.GlobalShortcut,
  'register' | 'unregister' | 'unregisterAll' | 'isRegistered'
> {
  readonly registered = new Map<string, () => void>()
  readonly taken = new Set<string>()
  readonly unknown = new Set<string>()
  register(accelerator: string, callback: () => void): boolean {
    if (this.unknown.has(accelerator)) throw new TypeError(`conversion failure from ${accelerator}`)
    if (this.taken.has(accelerator) || this.registered.has(accelerator)) return false
    this.registered.set(accelerator, callback)
    return true
  }
  unregister(accelerator: string): void {
    this.registered.delete(accelerator)
  }
  unregisterAll(): void {
    this.registered.clear()
  }
  isRegistered(accelerator: string): boolean {
    return this.registered.has(accelerator)
  }
  press(accelerator: string): void {
    this.registered.get(accelerator)?.()
  }
}

type SyncStorage = Pick<Electron.SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'>
type AsyncStorage = Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
>

/** Sealed is base64 after a mark with the key's number: not readable at a glance, and not with another key. */
export class FakeSafeStorage implements SyncStorage {
  available = true
  key = 1
  isEncryptionAvailable(): boolean {
    return this.available
  }
  encryptString(plain: string): Buffer {
    return this.seal(plain)
  }
  decryptString(sealed: Buffer): string {
    return this.open(sealed)
  }
  protected seal(plain: string): Buffer {
    return Buffer.from(`sealed-${this.key}:${Buffer.from(plain).toString('base64')}`)
  }
  protected open(sealed: Buffer): string {
    const [mark, text] = sealed.toString().split(':')
    if (mark !== `sealed-${this.key}` || text === undefined) {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
    }
    return Buffer.from(text, 'base64').toString()
  }
}

/** Today's, with the half that older ones lack. `hangs`: a key ring that waits for its password. */
export class FakeAsyncSafeStorage extends FakeSafeStorage implements AsyncStorage {
  hangs = false
  shouldReEncrypt = false
  backend: ReturnType<Electron.SafeStorage['getSelectedStorageBackend']> = 'gnome_libsecret'
  isAsyncEncryptionAvailable(): Promise<boolean> {
    return this.answer(() => this.available)
  }
  encryptStringAsync(plain: string): Promise<Buffer> {
    return this.answer(() => this.seal(plain))
  }
  decryptStringAsync(sealed: Buffer): Promise<Electron.DecryptStringAsyncReturnValue> {
    return this.answer(() => ({ result: this.open(sealed), shouldReEncrypt: this.shouldReEncrypt }))
  }
  getSelectedStorageBackend(): ReturnType<Electron.SafeStorage['getSelectedStorageBackend']> {
    return this.backend
  }
  private answer<T>(work: () => T): Promise<T> {
    return this.hangs ? new Promise(() => undefined) : Promise.resolve().then(work)
  }
}

/** As `electron` names them. */
export const Tray = FakeTray as unknown as typeof Electron.Tray
export const Menu = FakeMenu as unknown as typeof Electron.Menu
export const Notification = FakeNotification as unknown as typeof Electron.Notification
export const globalShortcut = new FakeGlobalShortcut()
export const safeStorage = new FakeAsyncSafeStorage()

/** Back to the beginning, between two tests. */
export function resetFakes(): void {
  FakeTray.all = []
  FakeTray.refuses = false
  FakeNotification.all = []
  FakeNotification.mode = 'shows'
  FakeNotification.supported = true
  globalShortcut.registered.clear()
  globalShortcut.taken.clear()
  globalShortcut.unknown.clear()
}
