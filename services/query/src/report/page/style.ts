/** The page's style: light, for a screen and for A4. */
export const style = `
:root{color-scheme:light;--ink:#16202e;--soft:#56637a;--line:#d5dce6;--wash:#f4f6fa;--accent:#1d4f91;--good:#1b6b3a;--good-wash:#eaf5ee;--warn:#8a5300;--warn-wash:#fdf4e3;--bad:#a3201d}
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:#fff;color:var(--ink);font:14px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:60rem;margin:0 auto;padding:2.5rem 2rem 4rem}
header{border-bottom:3px solid var(--accent);padding-bottom:1.2rem;margin-bottom:1.5rem}
.brand{color:var(--accent);font-weight:700;letter-spacing:.14em;text-transform:uppercase;font-size:.8rem;margin:0 0 .6rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}
.lead{font-size:1.05rem;color:var(--soft);margin:0}
h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line);break-after:avoid}
h3{font-size:1rem;margin:1.4rem 0 .4rem;break-after:avoid}
p{margin:.4rem 0 .8rem;max-width:48rem}
.note,caption,.key{color:var(--soft)}
.note{font-size:.88rem}
dl.scope{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.4rem;margin:0}
dl.scope dt{color:var(--soft)}dl.scope dd{margin:0;overflow-wrap:anywhere}
.verdict{border-left:5px solid var(--warn);background:var(--warn-wash);padding:.9rem 1.1rem;margin:1.3rem 0;break-inside:avoid}
.verdict strong{display:block;font-size:1.1rem;color:var(--warn)}
.verdict.good{border-color:var(--good);background:var(--good-wash)}.verdict.good strong{color:var(--good)}
.verdict ul{margin:.4rem 0 .2rem;padding-left:1.2rem}.verdict p{margin:.4rem 0 0}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:.7rem;margin:1rem 0;padding:0;list-style:none}
.figures li{border:1px solid var(--line);border-radius:4px;padding:.6rem .8rem;break-inside:avoid}
.figures b{display:block;font-size:1.5rem;line-height:1.25}.figures span{color:var(--soft);font-size:.85rem}
.figures .deny b{color:var(--bad)}
table{border-collapse:collapse;width:100%;margin:.6rem 0 .8rem;font-size:.88rem}
caption{text-align:left;padding:0 0 .35rem;font-size:.88rem}
thead{display:table-header-group}tr{break-inside:avoid}
th,td{text-align:left;vertical-align:top;padding:.34rem .7rem .34rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:2px solid var(--soft);white-space:nowrap;overflow-wrap:normal;font-size:.8rem}
tbody th{font-weight:600}tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--soft);font-weight:700}
th.n,td.n{text-align:right;white-space:nowrap}td.t{white-space:nowrap}
.key{display:block;font-weight:400;font-size:.8rem;overflow-wrap:anywhere}
td ul{margin:0;padding-left:1.05rem}
code{font:.78rem/1.4 ui-monospace,"SFMono-Regular",Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
nav ol{columns:2;margin:.3rem 0 0;padding-left:1.3rem}nav a{color:var(--accent)}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);font-size:.82rem}
.demo{max-width:none;margin:0;position:sticky;top:0;z-index:2;background:#b3261e;color:#fff;text-align:center;font-weight:700;letter-spacing:.04em;padding:.45rem 1rem}
.demo-mark{position:fixed;inset:0;z-index:1;display:flex;align-items:center;justify-content:center;pointer-events:none;font-size:11rem;font-weight:800;color:#b3261e;opacity:.07;transform:rotate(-28deg)}
@media (max-width:42rem){main{padding:1.2rem 1rem 3rem}.figures{grid-template-columns:repeat(2,1fr)}nav ol{columns:1}.wide{overflow-x:auto}}
@page{size:A4;margin:16mm 14mm 18mm}
@media print{body{font-size:9.6pt}main{max-width:none;padding:0}nav{display:none}.demo{position:static}h2{margin-top:1.5rem}a{color:inherit;text-decoration:none}table{font-size:8.4pt}}
`;
