/** Replay: a recorded trace or a journal through the same core. Start reading at `replay`. */
export { parseRecording } from './parse'
export { replay, type Replay, type ReplayLine } from './replay'
export type { Recording, RecordingItem, Truth } from './recording'
