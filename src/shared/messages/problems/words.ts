import type { Sentence } from '../fill'

/** What went wrong, and what the streamer can do about it. */
export interface ProblemWords {
  readonly say: Sentence
  readonly next: Sentence
}
