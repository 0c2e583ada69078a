package dev.meridian.deploy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.meridian.deploy.settings.LogSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** What this process logs, as a server does, and writes to standard error, until it is closed. */
final class CapturedLog implements AutoCloseable {

  private final Path file;
  private final PrintStream written;
  private final PrintStream before;

  private CapturedLog(Path file, PrintStream written, PrintStream before) {
    this.file = file;
    this.written = written;
    this.before = before;
  }

  static CapturedLog to(Path file, LogSettings settings) throws IOException {
    PrintStream written =
        new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    CapturedLog captured = new CapturedLog(file, written, System.err);
    System.setErr(written);
    Logging.configure(settings);
    return captured;
  }

  String text() throws IOException {
    return Files.readString(file);
  }

  List<String> lines() throws IOException {
    return List.of(text().split("\n"));
  }

  @Override
  public void close() throws IOException, JoranException {
    System.setErr(before);
    written.close();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
    LogManager.getLogManager().readConfiguration();
  }
}
