package org.surgenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
    @Test
    void everythingIsEscapedAndInside() {
        Chart chart = Charts.confusion("c", List.of("a", "b"), new long[][] {{1, 2}, {3, 4}});
        String attack = "<script>alert('x')</script>\"&";
        String html =
                HtmlPage.titled(attack, attack)
                        .section(attack)
                        .subsection(attack)
                        .paragraph(attack)
                        .warning(attack)
                        .preformatted(attack)
                        .list(List.of(attack))
                        .facts(Map.of(attack, attack))
                        .table(Table.builder(attack).text(attack).row(attack).note(attack).build())
                        .chart(chart, attack)
                        .gallery(List.of(new HtmlPage.Figure(chart.png(), attack)))
                        .html();

        assertThat(html)
                .doesNotContain("<script", "alert('", "http:", "https:", "src=\"/")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;")
                .contains("src=\"data:image/png;base64,iVBOR")
                .contains("<meta charset=\"utf-8\">");
    }

    /** On paper, where nothing scrolls, only these turn to landscape and may wrap their numbers. */
    @Test
    void tablesOfManyColumnsAreMarked() {
        String eight = table(8);

        assertThat(eight).contains("<div class=\"scroll\">").doesNotContain("scroll wide");
        assertThat(table(9)).contains("<div class=\"scroll wide\" style=\"--N: 9\">");
    }

    private static String table(int columns) {
        Table.Builder table = Table.builder("");
        String[] row = new String[columns];
        for (int c = 0; c < columns; c++) {
            table.numbers("c" + c);
            row[c] = "" + c;
        }
        return HtmlPage.titled("t", "").table(table.row(row).build()).html();
    }

    /** Long names without a space would take the width that the other columns need on paper. */
    @Test
    void headersBreakAfterUnderscores() {
        String html =
                HtmlPage.titled("t", "")
                        .table(Table.builder("").text("a<_b").row("c_d").build())
                        .html();
        assertThat(html).contains("<th>a&lt;_<wbr>b</th>").contains("<td>c_d</td>");
    }

    @Test
    void onlyImagesAreImages() {
        assertThatThrownBy(() -> HtmlPage.titled("t", "").image(new byte[] {1, 2, 3, 4}, "x"))
                .hasMessage("neither PNG nor JPEG");
    }
}
