/** `12:01:02.113` in local time, or `12:01:02` where there is little room. */
export function timeOfDay(at: number, isShort: boolean): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return isShort ? time : `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
