// Forms written by the npm packages docx, exceljs and xlsx (SheetJS), for program_writers.py: a line of JSON in, a line of base64 out.
// {"writer": "docx" | "exceljs" | "sheetjs", "rows": [[[{"text", "look"}, ...], ...], ...]}; the packages are found by NODE_PATH.
const readline = require("readline");

const looks = {
  docx: {
    raised: { superScript: true },
    lowered: { subScript: true },
    struck: { strike: true },
    hidden: { vanish: true },
    white: { color: "FFFFFF" },
    tiny: { size: 2 },
  },
  exceljs: {
    raised: { vertAlign: "superscript" },
    lowered: { vertAlign: "subscript" },
    struck: { strike: true },
    white: { color: { argb: "FFFFFFFF" } },
  },
};
const text = (runs) => runs.map((run) => run.text).join("");

async function docx(rows) {
  const d = require("docx");
  const paragraph = (runs) =>
    new d.Paragraph({
      children: runs.map((run) => new d.TextRun({ text: run.text, ...looks.docx[run.look] })),
    });
  const cells = (row) => row.map((runs) => new d.TableCell({ children: [paragraph(runs)] }));
  const table = new d.Table({ rows: rows.map((row) => new d.TableRow({ children: cells(row) })) });
  return d.Packer.toBuffer(new d.Document({ sections: [{ children: [table] }] }));
}

async function exceljs(rows) {
  const { Workbook } = require("exceljs");
  const book = new Workbook();
  const sheet = book.addWorksheet("旬报");
  rows.forEach((row, r) =>
    row.forEach((runs, c) => {
      const rich = runs.map((run) => ({ text: run.text, font: looks.exceljs[run.look] || {} }));
      const plain = runs.every((run) => run.look === "plain");
      sheet.getCell(r + 1, c + 1).value = plain ? text(runs) : { richText: rich };
    }),
  );
  return book.xlsx.writeBuffer();
}

async function sheetjs(rows, bookType) {
  const xlsx = require("xlsx");
  const book = xlsx.utils.book_new();
  const sheet = xlsx.utils.aoa_to_sheet(rows.map((row) => row.map(text)));
  xlsx.utils.book_append_sheet(book, sheet, "旬报");
  return xlsx.write(book, { type: "buffer", bookType });
}

const writers = { docx, exceljs, sheetjs };
(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const made = await writers[asked.writer](asked.rows, asked.type);
    console.log(Buffer.from(made).toString("base64"));
  }
})();
