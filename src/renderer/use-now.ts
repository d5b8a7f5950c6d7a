import { useEffect, useState } from 'react'
import { usePage } from './engine/store'

/** The engine's wall clock, ms since epoch, moving once a second while somebody looks. */
export function useNow(): number {
  const skew = usePage((state) => state.clockSkewMs)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (!document.hidden) setNow(Date.now())
    }, 1_000)
    return () => window.clearInterval(timer)
  }, [])
  return now - skew
}
