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
}
