package org.surgenet.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.AtomicFiles;

/**
 * A page in one file: images lie inside it as data URIs, styles too, there are no scripts and no
 * links to elsewhere, so that it can be mailed, archived and read without a network. All text is
 * escaped. Parts appear in the order of the calls.
 */
public final class HtmlPage {
    private static final String STYLE =
            """
            :root { color-scheme: light; }
            body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
                   color: #1f2933; background: #fff; max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
            h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; }
            h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid #e4e7eb; }
            h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
            .subtitle { color: #616e7c; margin: 0 0 1.5rem; }
            .scroll { overflow-x: auto; margin: .75rem 0; }
            table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
            caption { text-align: left; font-weight: 600; padding: .3rem 0; }
            th { text-align: left; border-bottom: 2px solid #cbd2d9; font-weight: 600; }
            th, td { padding: .35rem .8rem .35rem 0; vertical-align: top; }
            td { border-bottom: 1px solid #e4e7eb; }
            .number { text-align: right; white-space: nowrap; padding-left: .8rem; }
            .wide th { white-space: normal; vertical-align: bottom; }
            .notes { color: #616e7c; font-size: .88rem; margin: .4rem 0 0; }
            .warning { background: #fff3c4; border-left: 4px solid #cb6e17; padding: .6rem 1rem; margin: 1rem 0; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: .75rem 0; }
            dt { color: #616e7c; } dd { margin: 0; overflow-wrap: anywhere; }
            figure { margin: 1.25rem 0; } figcaption { color: #616e7c; font-size: .88rem; margin-top: .3rem; overflow-wrap: anywhere; }
            img { max-width: 100%; height: auto; }
            .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; }
            .gallery figure { margin: 0; } .gallery img { width: 100%; }
            pre { background: #f5f7fa; padding: .75rem 1rem; overflow-x: auto; font-size: .88rem; }
            @media screen and (min-width: 76rem) {
              .wide { width: max-content; min-width: 100%; max-width: calc(100vw - 4rem);
                      position: relative; left: 50%; transform: translateX(-50%); }
              .wide table { font-size: .8rem; margin: 0 auto; }
              .wide th, .wide td { padding-right: .45rem; } .wide .number { padding-left: .45rem; }
            }
            @page { size: A4; margin: 14mm; }
            @page wide { size: A4 landscape; }
            @media print {
              body { font-size: 10pt; max-width: none; padding: 0; }
              h1, h2, h3, caption { break-after: avoid; }
              tr, img, .warning, .gallery figure { break-inside: avoid; }
              thead { display: table-header-group; }
              img { max-height: 250mm; object-fit: contain; }
              .scroll { overflow: visible; }
              .wide, h2:has(+ .wide), h3:has(+ .wide) { page: wide; } .wide table { font-size: 7.5pt; }
              .wide th, .wide td { padding: .2rem .35rem .2rem 0; overflow-wrap: anywhere; }
              .wide td:not(.number) { min-width: 8em; }
              .wide .number { white-space: normal; padding-left: .35rem; }
              .wide th.number { min-width: min(6em, 80em / var(--N)); }
              .wide td.number { overflow-wrap: normal; }
              pre { white-space: pre-wrap; overflow-wrap: anywhere; }
            }
            """;

    /** A table with more columns than this takes more than the text's width, and turns paper. */
    private static final int WIDE = 8;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    /** An image of a gallery: a file's bytes (PNG or JPEG) and what stands under it. */
    public record Figure(byte[] image, String caption) {
        /**
         * @throws IOException if the file cannot be read
         */
        public static Figure of(Path image, String caption) throws IOException {
            return new Figure(Files.readAllBytes(image), caption);
        }
    }

    private HtmlPage(String title) {
        this.title = title;
    }

    /** An empty page; {@code subtitle}, which may be empty, says what it is about. */
    public static HtmlPage titled(String title, String subtitle) {
        HtmlPage page = new HtmlPage(title);
        page.element("h1", "", title);
        if (!subtitle.isEmpty()) {
            page.element("p", " class=\"subtitle\"", subtitle);
        }
        return page;
    }

    public HtmlPage section(String heading) {
        return element("h2", "", heading);
    }

    public HtmlPage subsection(String heading) {
        return element("h3", "", heading);
    }

    public HtmlPage paragraph(String text) {
        return element("p", "", text);
    }

    /** A text that must not be overlooked. */
    public HtmlPage warning(String text) {
        return element("p", " class=\"warning\"", text);
    }

    /** Text as on a terminal, such as a command line. */
    public HtmlPage preformatted(String text) {
        return element("pre", "", text);
    }

    public HtmlPage list(List<String> items) {
        body.append("<ul>\n");
        items.forEach(item -> element("li", "", item));
        body.append("</ul>\n");
        return this;
    }

    /** Names and values, in the map's order. */
    public HtmlPage facts(Map<String, String> facts) {
        body.append("<dl>\n");
        facts.forEach(
                (name, value) -> {
                    element("dt", "", name);
                    element("dd", "", value);
                });
        body.append("</dl>\n");
        return this;
    }

    public HtmlPage table(Table table) {
        boolean wide = table.columns().size() > WIDE;
        body.append("<div class=\"scroll")
                .append(wide ? " wide\" style=\"--N: " + table.columns().size() : "")
                .append("\"><table>\n");
        if (!table.caption().isEmpty()) {
            element("caption", "", table.caption());
        }
        body.append("<thead><tr>");
        table.columns()
                .forEach(
                        c ->
                                body.append("<th")
                                        .append(c.number() ? " class=\"number\">" : ">")
                                        .append(breakable(c.name()))
                                        .append("</th>\n"));
        body.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : table.rows()) {
            body.append("<tr>");
            for (int c = 0; c < row.size(); c++) {
                boolean number = table.columns().get(c).number();
                element("td", number ? " class=\"number\"" : "", row.get(c));
            }
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        table.notes().forEach(note -> element("p", " class=\"notes\"", note));
        return this;
    }

    /** A chart at its nominal size. */
    public HtmlPage chart(Chart chart, String caption) {
        return figure(
                chart.png(), caption, " width=\"" + chart.image().getWidth() / Canvas.SCALE + "\"");
    }

    /** An image file's bytes, PNG or JPEG. */
    public HtmlPage image(byte[] image, String caption) {
        return figure(image, caption, "");
    }

    /** Small images side by side. */
    public HtmlPage gallery(List<Figure> figures) {
        body.append("<div class=\"gallery\">\n");
        figures.forEach(figure -> figure(figure.image, figure.caption, ""));
        body.append("</div>\n");
        return this;
    }

    private HtmlPage figure(byte[] image, String caption, String attributes) {
        body.append("<figure><img")
                .append(attributes)
                .append(" alt=\"")
                .append(escape(caption))
                .append("\" src=\"data:")
                .append(type(image))
                .append(";base64,")
                .append(Base64.getEncoder().encodeToString(image))
                .append("\">");
        if (!caption.isEmpty()) {
            element("figcaption", "", caption);
        }
        body.append("</figure>\n");
        return this;
    }

    private static String type(byte[] image) {
        if (image.length > 3 && image[0] == (byte) 0x89 && image[1] == 'P') {
            return "image/png";
        }
        if (image.length > 3 && image[0] == (byte) 0xFF && image[1] == (byte) 0xD8) {
            return "image/jpeg";
        }
        throw new IllegalArgumentException("neither PNG nor JPEG");
    }

    private HtmlPage element(String name, String attributes, String text) {
        body.append('<').append(name).append(attributes).append('>');
        body.append(escape(text));
        body.append("</").append(name).append(">\n");
        return this;
    }

    /** Names of classes may be long and without a space; they break after an underscore. */
    private static String breakable(String text) {
        return escape(text).replace("_", "_<wbr>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The whole document. */
    public String html() {
        return String.format(
                Locale.ROOT,
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                %s</body>
                </html>
                """,
                escape(title),
                STYLE,
                body);
    }

    /** Writes the document atomically. */
    public void write(Path file) throws IOException {
        AtomicFiles.writeString(file, html());
    }
}
