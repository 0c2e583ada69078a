package dev.meridian.deploy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import dev.meridian.deploy.settings.LogSettings;
import java.util.logging.LogManager;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sends all that is logged, by slf4j or java.util.logging, to standard error in one format. What is
 * set per thread (the request id) becomes a field of each JSON line.
 */
final class Logging {

  private Logging() {}

  /**
   * Sets up logging for this process, in place of whatever was set up.
   *
   * @param ours the level of our own classes; libraries log warnings and worse, or what we log if
   *     that is less; all in debug but what shows secrets
   */
  static void configure(LogSettings ours) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget(ConsoleTarget.SystemErr.getName());
    console.setEncoder(encoder(ours.format(), context));
    console.start();

    Level own = Level.toLevel(ours.level().name());
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    root.setLevel(own == Level.INFO ? Level.WARN : own);
    context.getLogger("dev.meridian").setLevel(own);
    // Ratis reports every attempt of an election and of its client, which is repeated anyway;
    // health, metrics and our own errors say what of it matters.
    boolean debug = own == Level.DEBUG;
    context.getLogger("org.apache.ratis").setLevel(debug ? Level.INFO : Level.ERROR);
    context.getLogger("org.apache.ratis.client").setLevel(debug ? Level.INFO : Level.OFF);
    // In debug it writes down all headers, with the passwords of operators.
    context.getLogger("io.grpc.netty").setLevel(Level.INFO);

    LogManager.getLogManager().reset();
    SLF4JBridgeHandler.install();
  }

  private static Encoder<ILoggingEvent> encoder(LogSettings.Format format, LoggerContext context) {
    return switch (format) {
      case JSON -> {
        LogstashEncoder json = new LogstashEncoder();
        json.setContext(context);
        json.start();
        yield json;
      }
      case TEXT -> {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0} %msg %mdc%n%ex{5}");
        text.start();
        yield text;
      }
    };
  }
}
