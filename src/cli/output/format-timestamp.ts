/** Local date and time to the millisecond, sortable, as log lines carry it: `2026-01-31 12:01:02.113`. */
export function formatTimestamp(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
