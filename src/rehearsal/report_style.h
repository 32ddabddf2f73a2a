// How the report looks, light and dark, without outside parts.
#pragma once

#include <string_view>

namespace frontrow::rehearsal {

inline constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1d22;--soft:#5d6470;--paper:#fbfaf7;--card:#fff;
  --line:#dcdad3;--good:#1c7c4a;--bad:#b3261e;--slow:#b7791f}
@media(prefers-color-scheme:dark){:root{--ink:#e9e7e1;--soft:#a2a8b3;--paper:#16181c;
  --card:#1f2227;--line:#363a42;--good:#5fc08c;--bad:#ff8a80;--slow:#e0a526}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:2rem;margin:0 0 .25rem}
h2{margin:3rem 0 .75rem;font-size:1.3rem}
.soft,small,figcaption small{color:var(--soft)}
.verdict{font-size:1.35rem;font-weight:650;padding:1rem 1.25rem;border-radius:.75rem;
  background:var(--card);border:1px solid var(--line);border-left:.5rem solid var(--good);
  margin:1.5rem 0}
.verdict.bad{border-left-color:var(--bad)}
.verdict.slow{border-left-color:var(--slow)}
.verdict small{display:block;font-size:1rem;font-weight:400}
.numbers{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;
  margin:1.5rem 0}
.numbers div{background:var(--card);border:1px solid var(--line);border-radius:.75rem;
  padding:.8rem 1rem}
.numbers b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.numbers span{color:var(--soft);font-size:.9rem;line-height:1.35;display:block}
figure{margin:1rem 0 1.5rem;background:var(--card);border:1px solid var(--line);
  border-radius:.75rem;padding:1rem}
figcaption{font-weight:600;margin-bottom:.5rem}
figcaption small{font-weight:400;margin-left:.6rem}
.plot{position:relative;height:14rem;margin:.75rem .75rem 1.9rem 3.6rem;font-size:.75rem;
  line-height:1.2;color:var(--soft);font-variant-numeric:tabular-nums}
.plot svg{position:absolute;width:100%;height:100%;overflow:visible}
.plot svg *{vector-effect:non-scaling-stroke}
.plot .grid{stroke:var(--line)}
.plot .mark{stroke:var(--soft);stroke-dasharray:3 3}
.plot polyline{stroke-width:1.8;stroke-linejoin:round}
.plot span{position:absolute;white-space:nowrap}
.plot .y{right:100%;margin-right:.5rem;transform:translateY(50%)}
.plot .x{top:100%;margin-top:.4rem;transform:translateX(-50%)}
.plot .m{margin:0 .3rem;padding:0 .2rem;border-radius:.2rem;background:var(--card);color:var(--ink);
  opacity:.9}
.legend{margin:.5rem 0 0;display:flex;flex-wrap:wrap;gap:.3rem 1rem;font-size:.85rem}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.35rem .6rem;border-bottom:1px solid var(--line);
  white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal}
.good{color:var(--good)}
.bad{color:var(--bad)}
ul{padding-left:1.2rem}
li{margin:.3rem 0}
code{font-size:.9em}
@media(max-width:40rem){main{padding:1.5rem 1rem 3rem}h1{font-size:1.6rem}
  .verdict{font-size:1.15rem}.numbers{grid-template-columns:1fr 1fr}.numbers b{font-size:1.25rem}.numbers div{padding:.6rem .75rem}
  figure{padding:.75rem}.plot{height:11rem;margin-left:3rem;margin-right:.5rem}
  figcaption small{display:block;margin:0}.plot .x:nth-of-type(odd){display:none}}
@media print{body{background:#fff}figure,table{break-inside:avoid}}
)";

}  // namespace frontrow::rehearsal
