package org.surgenet.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Json;

/**
 * Log lines on standard error, as text or as one JSON object each. Logback finds this class as a
 * service before it would look for files, so that nothing is printed by default and no XML is read.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** Made by logback. */
    public Logging() {}

    /** Sets where and what the program logs from now on. */
    static void configure(Console console, CommonOptions options) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        Lines lines = new Lines(console, options.logFormat == CommonOptions.LogFormat.json);
        lines.setContext(context);
        lines.start();
        root.addAppender(lines);
        // Libraries tell the user nothing unless something is wrong or more was asked for.
        root.setLevel(options.verbose ? Level.INFO : options.quiet ? Level.ERROR : Level.WARN);
        // It warns on every machine without a GPU.
        context.getLogger("ai.djl.util.cuda.CudaUtils")
                .setLevel(options.verbose ? Level.WARN : Level.ERROR);
        context.getLogger("org.surgenet")
                .setLevel(options.verbose ? Level.DEBUG : options.quiet ? Level.WARN : Level.INFO);
    }

    /** Lets only warnings through until the next {@link #configure}. */
    static void warningsOnly() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("org.surgenet").setLevel(Level.WARN);
    }

    /**
     * Tells a line of this process from the same line of another: of the processes that a launcher
     * started to share one work, only the first tells what is no warning.
     *
     * @param rank of this process, from 0
     */
    static void ofProcess(int rank, int size) {
        if (rank == 0) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger project = context.getLogger("org.surgenet");
        if (project.getLevel() == Level.INFO) {
            project.setLevel(Level.WARN);
        }
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
                .iteratorForAppenders()
                .forEachRemaining(
                        appender -> {
                            if (appender instanceof Lines lines) {
                                lines.process = "process " + (rank + 1) + " of " + size + ": ";
                            }
                        });
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Console console;
        private final boolean json;
        private volatile String process = "";

        Lines(Console console, boolean json) {
            this.console = console;
            this.json = json;
        }

        @Override
        protected void append(ILoggingEvent event) {
            console.line(json ? json(event) : text(event));
        }

        private String text(ILoggingEvent event) {
            String time = CLOCK.format(Instant.ofEpochMilli(event.getTimeStamp()));
            String level = event.getLevel() == Level.INFO ? "" : event.getLevel() + " ";
            String trace = trace(event.getThrowableProxy());
            return time + " " + level + process + event.getFormattedMessage() + trace;
        }

        private String json(ILoggingEvent event) {
            ObjectNode node = Json.object();
            node.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            node.put("level", event.getLevel().toString());
            node.put("logger", event.getLoggerName());
            node.put("message", process + event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                node.put("exception", trace(event.getThrowableProxy()).strip());
            }
            return Json.line(node);
        }

        private static String trace(IThrowableProxy thrown) {
            return thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown).stripTrailing();
        }
    }
}
