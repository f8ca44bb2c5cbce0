"""How a report looks, on a screen and on paper."""

STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #222; font: 15px/1.5 "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial,
  sans-serif; }
main { max-width: 900px; margin: 0 auto; padding: 32px 20px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h1 em { font-style: normal; color: #0a5f6b; }
h2 { font-size: 19px; margin: 32px 0 8px; border-bottom: 1px solid #ccc; padding-bottom: 4px; }
h3 { font-size: 16px; margin: 18px 0 4px; overflow-wrap: anywhere; }
p, ul { margin: 6px 0; }
ul { padding-left: 22px; }
.facts, .note { color: #595959; }
.note { font-size: 13px; }
.answer { font-size: 18px; font-weight: 600; }
.warning { border-left: 3px solid #b35c00; padding-left: 10px; }
.figure { display: block; width: 100%; height: auto; margin: 6px 0; }
.figure text { font-family: inherit; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 14px; }
caption { text-align: left; color: #595959; font-size: 13px; padding-bottom: 4px; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid #e2e2e2;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
thead th { color: #595959; font-weight: 600; overflow-wrap: normal; }
tbody th { font-weight: 600; min-width: 110px; }
td { min-width: 80px; }
.model thead { display: none; }
.model tbody th { width: 150px; }
figure { margin: 8px 0; }
.sound { display: flex; gap: 14px; align-items: center; }
audio { width: 280px; height: 36px; }
pre { font: 12px/1.45 "Source Code Pro", Consolas, monospace; white-space: pre-wrap; margin: 8px 0; }
.wide th, .wide td { min-width: 0; padding-right: 6px; font-size: 13px; }
.matrix { display: inline-table; width: auto; font-size: 12px; margin-right: 12px; vertical-align: top; }
.matrix caption { color: #222; font-weight: 600; }
.matrix th, .matrix td { padding: 3px 4px; border: 1px solid #e8e8e8; text-align: right; min-width: 23px; }
.matrix tbody th { text-align: left; white-space: nowrap; }
.matrix thead th { vertical-align: bottom; text-align: center; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
@media screen and (max-width: 940px) { table, .matrix { display: block; overflow-x: auto; } }
@page { margin: 15mm; }
@media print {
  body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { padding: 0; max-width: none; }
  h1 { font-size: 17pt; }
  h2 { font-size: 13pt; margin-top: 20px; }
  h3, .answer { font-size: 11pt; }
  table, pre { font-size: 8.5pt; }
  th, td { padding-top: 3px; padding-bottom: 3px; }
  caption, .note, .wide th, .wide td { font-size: 8pt; }
  .matrix { font-size: 7.5pt; }
  .matrix th, .matrix td { padding: 2px 3px; min-width: 17px; }
  h2 + .note { break-after: avoid; }
  .figure, tr, .whole, li { break-inside: avoid; }
  h2, h3, caption, p:has(+ .whole) { break-after: avoid; }
  p:has(+ .whole) { break-inside: avoid; }
  thead { display: table-header-group; }
  section { orphans: 1; widows: 1; }
  p, li { orphans: 2; widows: 2; }
  audio { display: none; }
}
"""
