#include "pages/template.h"

namespace frontrow::pages {
namespace {

TEST(Template, PutsValuesInAndEscapesThem) {
  const Template page("<p title=\"{{a}}\">{{a}}, {{b}}</p>");
  EXPECT_EQ(page.fill({{"a", "<&\"'>"}, {"b", "1"}}, {}),
            "<p title=\"&lt;&amp;&quot;&#39;&gt;\">&lt;&amp;&quot;&#39;&gt;, 1</p>");
}

TEST(Template, AValueThatIsNotGivenIsEmpty) {
  EXPECT_EQ(Template("[{{a}}]").fill({}, {}), "[]");
}

TEST(Template, AFlagThatIsNotSetHidesItsPart) {
  const Template page("<i {{?on}}></i>");
  EXPECT_EQ(page.fill({}, {"on"}), "<i data-when=\"on\"></i>");
  EXPECT_EQ(page.fill({}, {}), "<i data-when=\"on\" hidden></i>");
}

TEST(Template, TextWithoutValuesStays) {
  EXPECT_EQ(Template("plain { } text").fill({}, {}), "plain { } text");
}

}  // namespace
}  // namespace frontrow::pages
