import { useEffect, useState } from 'react'
import type { Preflight } from '../../../shared/settings/settings'
import { getPreflight, type Answer } from '../../engine/api'

const everyMs = 2_000

/** What stands between here and "armed", asked for again every 2 s while the page is in sight. Null: not answered yet. */
export function usePreflight(): Answer<Preflight> | null {
  const [answer, setAnswer] = useState<Answer<Preflight> | null>(null)
  useEffect(() => {
    let gone = false
    let timer = 0
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const found = await getPreflight()
        if (gone) return
        setAnswer(found)
      }
      timer = window.setTimeout(() => void look(), everyMs)
    }
    const atOnce = (): void => {
      if (document.hidden) return
      window.clearTimeout(timer)
      void look()
    }
    void look()
    document.addEventListener('visibilitychange', atOnce)
    return () => {
      gone = true
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', atOnce)
    }
  }, [])
  return answer
}
