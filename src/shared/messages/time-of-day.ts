/** Wall ms as the clock of this PC shows it: '14:05'. */
export function timeOfDay(wall: number): string {
  const date = new Date(wall)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}
