"""Has LibreOffice calculate and link. Usage: calc.py PROFILE; reads {"formulas": [...], "links": [[address, language], ...]}
as JSON from standard input, and prints what the cells show, as JSON. Runs in the Python that has LibreOffice's module uno."""

import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

profile = sys.argv[1]
asked = json.load(sys.stdin)
pipe = "kraken-" + profile.rsplit("/", 1)[-1]
office = subprocess.Popen(
    ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)


def connected():
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.2)
    raise SystemExit("LibreOffice doesn't answer")


def option(name, value):
    made = PropertyValue()
    made.Name = name
    made.Value = value
    return made


context = connected()
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
try:
    # 3 is FULL_UPDATE, 4 is ALWAYS_EXECUTE_NO_WARN: somebody has allowed it.
    options = (option("Hidden", True), option("UpdateDocMode", 3), option("MacroExecutionMode", 4))
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, options)
    sheet = document.Sheets.getByIndex(0)
    shown = []
    for i, formula in enumerate(asked["formulas"]):
        cell = sheet.getCellByPosition(0, i)
        # The interface takes commas between arguments; people write semicolons.
        cell.FormulaLocal = formula
        shown.append({"error": cell.getError(), "value": cell.Value, "text": cell.String})
    tables = []
    for i, (address, language) in enumerate(asked["links"]):
        document.Sheets.insertNewByName(f"link{i}", i + 1)
        linked = document.Sheets.getByIndex(i + 1)
        linked.link(address, "", "Text - txt - csv (StarCalc)", f"44,34,76,1,,{language}", 1)
        cursor = linked.createCursor()
        cursor.gotoEndOfUsedArea(False)
        width, height = cursor.RangeAddress.EndColumn + 1, cursor.RangeAddress.EndRow + 1
        cells = [[linked.getCellByPosition(x, y) for x in range(width)] for y in range(height)]
        tables.append([[[cell.Type.value, cell.String, cell.Value] for cell in row] for row in cells])
    document.close(True)
    print(json.dumps({"shown": shown, "tables": tables}))
finally:
    try:
        desktop.terminate()
    except Exception:
        pass
    office.wait(30)
