package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.output.OutputFormat;
import dev.meridian.controlplane.cli.output.Printer;
import dev.meridian.controlplane.cli.output.Progress;
import dev.meridian.controlplane.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** One run of the command line: the options that every verb has, and what they lead to. */
final class Session {

  /** How long a question to the server takes at most, and a command, unless the operator says. */
  static final Duration QUERY = Duration.ofSeconds(10);

  static final Duration COMMAND = Duration.ofSeconds(15);

  private static final String SERVER = "127.0.0.1:5200";

  private final Map<String, String> environment;
  private final Terminal terminal;
  private CommandLine verb;
  private Progress progress;
  private AdminClient client;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description =
          "A metadata server's gRPC address; else MERIDIAN_SERVER says it, else it is "
              + SERVER
              + ".")
  private Optional<ServerAddress> server = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      description = "How long each request may take, such as 500ms, 20s or 1h; default by verb.")
  private Optional<Duration> timeout = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explains the command.")
  private boolean help;

  Session(Map<String, String> environment, Terminal terminal) {
    this.environment = environment;
    this.terminal = terminal;
  }

  /** Runs the verb, and closes what it used. */
  int run(ParseResult parsed) {
    verb = parsed.asCommandLineList().getLast();
    try {
      return new RunLast().execute(parsed);
    } finally {
      if (progress != null) {
        progress.close();
      }
      if (client != null) {
        client.close();
      }
    }
  }

  /** The server that is to be asked. */
  ServerAddress server() {
    if (server.isPresent()) {
      return server.get();
    }
    try {
      return ServerAddress.parse(environment.getOrDefault("MERIDIAN_SERVER", SERVER));
    } catch (IllegalArgumentException e) {
      throw wrongUsage("MERIDIAN_SERVER: " + e.getMessage());
    }
  }

  /** How long something may take: what the operator says, else what is usual. */
  Duration timeout(Duration usual) {
    return timeout.orElse(usual);
  }

  /** The client of the server that is to be asked; progress begins with it. */
  AdminClient client(Duration usualTimeout) {
    if (client == null) {
      client = AdminClient.of(server(), timeout(usualTimeout));
      progress().show("waiting for " + server());
    }
    return client;
  }

  /** Tells of what takes long; ends with the first result that is printed. */
  Progress progress() {
    if (progress == null) {
      progress = Progress.start(terminal, verb.getErr(), "working");
    }
    return progress;
  }

  /** Prints results. */
  Printer printer() {
    return new Printer(format, verb.getOut(), verb.getErr(), progress());
  }

  /**
   * Returns when the operator wants it.
   *
   * @param yes whether that was said on the command line already
   * @throws ParameterException when it was not, and nobody can be asked
   * @throws AdminException when it is not wanted
   */
  void confirm(boolean yes, String question) {
    if (yes) {
      return;
    }
    if (!terminal.asks()) {
      throw wrongUsage("this cannot be undone: --yes is needed where nobody can be asked");
    }
    try {
      if (!terminal.confirms(verb.getErr(), question)) {
        throw AdminException.failed("not confirmed, nothing was done");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be read", e);
    }
  }

  /** The exception for what is wrong with the arguments of this run. */
  ParameterException wrongUsage(String message) {
    return new ParameterException(verb, message);
  }
}
