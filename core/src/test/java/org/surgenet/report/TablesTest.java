package org.surgenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TablesTest {
    private static final Table TABLE =
            Table.builder("Dice & more")
                    .text("model")
                    .numbers("mean", "p")
                    .row("caformer_s18", "0.69", "<0.001")
                    .row("a|b, \"c\"", "0.5 ± 0.1", "–")
                    .note("n = 40, 100% of patients")
                    .build();

    @Test
    void markdown() {
        assertThat(Tables.markdown(TABLE))
                .isEqualTo(
                        """
                        **Dice & more**

                        | model        |      mean |      p |
                        | ------------ | --------: | -----: |
                        | caformer_s18 |      0.69 | <0.001 |
                        | a\\|b, "c"    | 0.5 ± 0.1 |      – |

                        n = 40, 100% of patients
                        """);
    }

    @Test
    void latexEscapesEverything() {
        String latex = Tables.latex(TABLE, "tab:x");

        assertThat(latex)
                .contains("\\caption{Dice \\& more. n = 40, 100\\% of patients}")
                .contains("\\label{tab:x}", "\\begin{tabular}{@{}lrr@{}}")
                .contains("caformer\\_s18 & 0.69 & $<$0.001 \\\\")
                .contains("0.5 $\\pm$ 0.1 & -- \\\\");
        assertThat(Tables.latex("\\input{x}~^#$"))
                .isEqualTo(
                        "\\textbackslash{}input\\{x\\}\\textasciitilde{}\\textasciicircum{}\\#\\$");
    }

    @Test
    void csv() {
        assertThat(Tables.csv(TABLE))
                .isEqualTo(
                        "model,mean,p\r\ncaformer_s18,0.69,<0.001\r\n"
                                + "\"a|b, \"\"c\"\"\",0.5 ± 0.1,–\r\n");
    }

    @Test
    void rowsFitTheirColumns() {
        assertThatThrownBy(() -> Table.builder("").text("a", "b").row("x").build())
                .hasMessage("row has 1 cells, the table 2");
    }

    /** Long tables become several, cut where the first column changes; what is constant is said. */
    @Test
    void latexOfALongTable() {
        Table.Builder table = Table.builder("Long").text("class", "set").numbers("p");
        for (int i = 0; i < 90; i++) {
            table.row("class " + i / 13, "s & t", Integer.toString(i));
        }
        String latex = Tables.latex(table.note("Foot.").build(), "tab:long");

        assertThat(latex.split("\\\\begin\\{table\\}", -1)).hasSize(4);
        assertThat(latex)
                .contains("\\caption{Long. In all rows set: s \\& t. Foot.}", "{@{}lr@{}}")
                .contains("\\label{tab:long}", "\\label{tab:long-2}", "\\label{tab:long-3}")
                .contains("\\caption{Table~\\ref{tab:long}, continued: part 3}")
                .contains("class 2 & 38 \\\\\n    \\bottomrule")
                .contains("class 6 & 89 \\\\\n    \\bottomrule");
        for (int i = 0; i < 90; i++) {
            assertThat(latex).containsOnlyOnce(" & " + i + " \\\\");
        }
    }

    @Test
    void lettersOfOtherScripts() {
        assertThat(Tables.latex("βΔΑς")).startsWith("$\\beta$$\\Delta$A");
        assertThat(Tables.latex(Table.builder("λ").text("a").row("é").build(), "x"))
                .contains("\\caption{$\\lambda$}")
                .doesNotContain("LuaLaTeX");
        assertThat(Tables.latex(Table.builder("").text("a").row("模型").build(), "x"))
                .startsWith("% has letters that pdfLaTeX does not know (模型); use LuaLaTeX");
    }
}
