const boundary = 'understudy-picture'

/** One answer that goes on: each part takes the place of the one before it, in a plain `<img>`. */
export const movingType = `multipart/x-mixed-replace; boundary=${boundary}`

/** Gives each picture as it comes, and null at the end. Returns the way out. */
export interface Player {
  play(show: (jpeg: Uint8Array | null) => void): () => void
}

/** Pictures that a page has not taken yet; with more it is behind and misses some. */
const waitingPictures = 2

/**
 * What a player shows, as JPEGs one after the other. Chosen over an H.264 player in the page (Media Source Extensions): it
 * needs no codec of the browser and no buffer that would hide the very pause that is to be seen.
 */
export function moving(player: Player): ReadableStream<Uint8Array<ArrayBuffer>> {
  let leave = (): void => undefined
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        let over = false
        let first = true
        const way = player.play((jpeg) => {
          if (over) return
          if (jpeg === null) {
            over = true
            controller.close()
          } else if ((controller.desiredSize ?? 0) > 0) {
            controller.enqueue(part(jpeg, first))
            first = false
          }
        })
        leave = () => {
          over = true
          way()
        }
      },
      cancel: () => leave(),
    },
    { highWaterMark: waitingPictures },
  )
}

const encoder = new TextEncoder()
const mark = `--${boundary}\r\n`

/** With the next part's mark behind it: Chromium shows a part only once it has seen that. */
function part(jpeg: Uint8Array, first: boolean): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(
    `${first ? mark : ''}Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`,
  )
  const foot = encoder.encode(`\r\n${mark}`)
  const whole = new Uint8Array(head.length + jpeg.length + foot.length)
  whole.set(head)
  whole.set(jpeg, head.length)
  whole.set(foot, head.length + jpeg.length)
  return whole
}
