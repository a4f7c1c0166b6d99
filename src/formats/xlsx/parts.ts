import { aboutTexts, type Sheet } from '../sheet.ts';
import { cellWriter, columnLetters, textCell, xmlText, type Exceptions } from './cells.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The head of a worksheet, whose first row stays in sight; or its end. @param widths of the columns, in letters */
export const worksheetXml = {
  head: (widths: readonly number[]): string =>
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths
      .map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
      .join('')}</cols><sheetData>`,
  end: '</sheetData></worksheet>',
};

/** The sheet that says what the rows are. */
export function aboutXml(sheet: Sheet, exceptions: Exceptions): string {
  const units = sheet.columns.flatMap(({ name, doc, unit }) =>
    doc === undefined ? [] : [[`column ${name}`, unit === undefined ? doc : `${doc} In ${unit}.`] as const],
  );
  const notes = [
    ...(exceptions.hasLongNumbers
      ? ['Numbers of more than 15 digits are texts, because spreadsheets would round them.']
      : []),
    ...(exceptions.hasCutTexts ? ['Texts of more than 32,767 characters end in …: no cell takes more.'] : []),
  ].map((text) => ['note', text] as const);
  const texts = [['About', sheet.title] as const, ...notes, ...aboutTexts(sheet), ...units];
  const cells = ['A', 'B'].map((letters) => cellWriter({ type: 'text' }, letters, exceptions));
  const rows = texts.map(
    (pair, i) =>
      `<row r="${i + 1}">${pair.map((text, c) => (cells[c] as (typeof cells)[0])(text, i + 1)).join('')}</row>`,
  );
  return `${worksheetXml.head([24, 100])}${rows.join('')}${worksheetXml.end}`;
}

/** The row of a worksheet's headings. */
export function headingRow({ columns }: Sheet, style: number, exceptions: Exceptions): string {
  const cells = columns.map(
    ({ name }, c) => `<c r="${columnLetters(c)}1"${textCell(name, exceptions, style)}`,
  );
  return `<row r="1">${cells.join('')}</row>`;
}

/** The parts of a workbook besides its worksheets, by their paths. @param names the names of the worksheets, in order */
export function workbookParts(sheet: Sheet, names: readonly string[]): Readonly<Record<string, string>> {
  const each = (text: (name: string, number: number) => string): string =>
    names.map((name, i) => text(name, i + 1)).join('');
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>${each(
      (_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
    )}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`,
    'docProps/core.xml': coreXml(sheet),
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>${each(
      (name, n) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`,
    )}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each(
      (_, n) => `<Relationship Id="rId${n}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
    )}<Relationship Id="rId${names.length + 1}" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': STYLES_XML,
  };
}

/** The properties of the document, which file managers show. */
function coreXml(sheet: Sheet): string {
  const texts = new Map(aboutTexts(sheet));
  const said = ['doc', 'source', 'licence', 'coverage'].flatMap((name) => {
    const text = texts.get(name);
    return text === undefined ? [] : [name === 'doc' ? text : `${name}: ${text}`];
  });
  const creator = texts.get('owner') ?? texts.get('source') ?? 'Kraken';
  return `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(sheet.title)}</dc:title><dc:creator>${xmlText(creator)}</dc:creator><dc:description>${xmlText(said.join('\n'))}</dc:description></cp:coreProperties>`;
}

/** The formats of cells, in the order of `STYLES`. Formats of one's own begin at 164. */
const STYLES_XML = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;
