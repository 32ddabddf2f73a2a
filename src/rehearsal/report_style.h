// How the report looks, light and dark, without outside parts.
#pragma once

#include <string_view>

namespace frontrow::rehearsal {

inline constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1d22;--soft:#5d6470;--paper:#fbfaf7;--card:#fff;
  --line:#dcdad3;--good:#1c7c4a;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e9e7e1;--soft:#a2a8b3;--paper:#16181c;
  --card:#1f2227;--line:#363a42;--good:#5fc08c;--bad:#ff8a80}}
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
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;
  margin:1.5rem 0}
.numbers div{background:var(--card);border:1px solid var(--line);border-radius:.75rem;
  padding:.8rem 1rem}
.numbers b{display:block;font-size:1.7rem;line-height:1.2;font-variant-numeric:tabular-nums}
figure{margin:1rem 0 1.5rem;background:var(--card);border:1px solid var(--line);
  border-radius:.75rem;padding:1rem}
figcaption{font-weight:600;margin-bottom:.5rem}
figcaption small{font-weight:400;margin-left:.6rem}
svg{width:100%;height:auto;display:block}
svg text{font-size:11px;fill:var(--soft)}
svg .grid{stroke:var(--line)}
svg .mark{stroke:var(--soft);stroke-dasharray:3 3}
svg text.mark{stroke:none}
svg polyline{stroke-width:1.6}
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
)";

}  // namespace frontrow::rehearsal
