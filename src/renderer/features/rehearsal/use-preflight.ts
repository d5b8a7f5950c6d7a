import { useEffect, useState } from 'react'
import type { Preflight } from '../../../shared/settings/settings'
import { getPreflight } from '../../engine/api'

const everyMs = 5_000

/** How the real set-up stands, asked for every few seconds while the screen is looked at. Null: not known. */
export function usePreflight(wanted: boolean): Preflight | null {
  const [preflight, setPreflight] = useState<Preflight | null>(null)
  useEffect(() => {
    if (!wanted) return
    let gone = false
    const look = async (): Promise<void> => {
      if (document.hidden) return
      const answer = await getPreflight()
      if (!gone && answer.ok) setPreflight(answer.value)
    }
    void look()
    const timer = window.setInterval(() => void look(), everyMs)
    return () => {
      gone = true
      window.clearInterval(timer)
    }
  }, [wanted])
  return wanted ? preflight : null
}
