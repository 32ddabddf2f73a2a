// Tables as files for spreadsheets (RFC 4180, UTF-8 with a mark so that Excel reads Korean).
export type Cell = string | number | null | undefined;

const kFormula = /^[=+\-@\t\r]/;

/** A text that a spreadsheet would run as a formula is kept a text by a quote before it. */
function cell(value: Cell): string {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  const safe = kFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvText(rows: Cell[][]): string {
  return "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

export function download(name: string, rows: Cell[][]): void {
  const address = URL.createObjectURL(new Blob([csvText(rows)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}-${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, "")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
