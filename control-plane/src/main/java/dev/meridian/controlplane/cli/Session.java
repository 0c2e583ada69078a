package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.access.Invocation;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.client.ServerTrust;
import dev.meridian.controlplane.cli.contexts.ChosenContext;
import dev.meridian.controlplane.cli.contexts.Context;
import dev.meridian.controlplane.cli.contexts.ContextChoice;
import dev.meridian.controlplane.cli.contexts.ContextInvocation;
import dev.meridian.controlplane.cli.contexts.ContextsFile;
import dev.meridian.controlplane.cli.contexts.GivenOptions;
import dev.meridian.controlplane.cli.output.OutputFormat;
import dev.meridian.controlplane.cli.output.Printer;
import dev.meridian.controlplane.cli.output.Progress;
import dev.meridian.controlplane.cli.output.Terminal;
import dev.meridian.tls.TlsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/**
 * One run of the command line: the options that every verb has, and what they lead to. How the
 * server is reached an option says, else a variable, else the context, else it is by default.
 */
final class Session implements Invocation, ContextInvocation {

  private static final String SERVER = "127.0.0.1:5200";

  private final Map<String, String> environment;
  private final Terminal terminal;
  private CommandLine verb;
  private Progress progress;
  private AdminClient client;
  private ServerTrust trust;
  private String password;
  private Optional<ChosenContext> chosen;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description =
          "What says --server, --ca, --cert, --key and --user where neither they nor their"
              + " variables do; else MERIDIAN_CONTEXT, else the one of `context use`. '' for none.")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description =
          "A metadata server's gRPC address; else MERIDIAN_SERVER or the context says it, else it"
              + " is "
              + SERVER
              + ".")
  private Optional<ServerAddress> server = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "PEM file of the authority that signs servers' certificates; else MERIDIAN_CA or the"
              + " context says it. Without one the connection is in plain text.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "PEM file of your certificate, of the role operator; else MERIDIAN_CERT or the context"
              + " says it.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM file of its key; else MERIDIAN_KEY or the context says it.")
  private Optional<Path> key = Optional.empty();

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
      names = "--user",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description =
          "Who logs in; else the context says it. MERIDIAN_PASSWORD says the password, or see"
              + " --password-stdin, else it is asked for.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--password-stdin",
      scope = ScopeType.INHERIT,
      description =
          "Reads passwords from standard input, one a line: that of --user first, unless"
              + " MERIDIAN_PASSWORD says it.")
  private boolean passwordStdin;

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
    String variable = environment.get("MERIDIAN_SERVER");
    if (variable == null) {
      return chosen().flatMap(ChosenContext::server).orElse(ServerAddress.parse(SERVER));
    }
    try {
      return ServerAddress.parse(variable);
    } catch (IllegalArgumentException e) {
      throw wrongUsage("MERIDIAN_SERVER: " + e.getMessage());
    }
  }

  @Override
  public GivenOptions given() {
    return new GivenOptions(server, ca, certificate, key, user);
  }

  @Override
  public ContextsFile contexts() {
    return ContextsFile.of(environment).orElseThrow(() -> wrongUsage(ContextsFile.MISSING));
  }

  @Override
  public Optional<ChosenContext> chosen() {
    if (chosen == null) {
      ContextChoice choice = ContextChoice.of(context, environment);
      try {
        chosen = ContextsFile.of(environment).map(choice::in).orElseGet(choice::inNone);
      } catch (IllegalArgumentException e) {
        throw wrongUsage(e.getMessage());
      }
    }
    return chosen;
  }

  /** What {@code --ca} says. */
  Optional<Path> authority() {
    return ca;
  }

  /** How that server is known, and the operator to it. */
  ServerTrust trust() {
    if (trust == null) {
      Optional<TlsFile> authority = file("--ca", ca, "MERIDIAN_CA", Context.File.CA);
      Optional<TlsFile> certified = file("--cert", certificate, "MERIDIAN_CERT", Context.File.CERT);
      Optional<TlsFile> secret = file("--key", key, "MERIDIAN_KEY", Context.File.KEY);
      if (certified.isPresent() != secret.isPresent()) {
        throw wrongUsage(
            "--cert and --key belong together: only "
                + certified.or(() -> secret).get().setting()
                + " is given");
      }
      if (authority.isEmpty() && certified.isPresent()) {
        throw wrongUsage(
            "--ca is missing: it says whose servers are trusted, without which --cert and --key"
                + " are of no use");
      }
      trust =
          authority
              .map(file ->
                  ServerTrust.in(
                      file, certified.map(own -> new ServerTrust.Identity(own, secret.get()))))
              .orElse(ServerTrust.PLAIN_TEXT);
    }
    return trust;
  }

  /** What an option names, else a variable, else the context; an empty option says: none. */
  private Optional<TlsFile> file(
      String option, Optional<Path> given, String variable, Context.File inContext) {
    if (given.isPresent()) {
      return given
          .filter(path -> !path.toString().isEmpty())
          .map(path -> new TlsFile(option, path));
    }
    return Optional.ofNullable(environment.get(variable))
        .filter(path -> !path.isEmpty())
        .map(path -> new TlsFile(variable, Path.of(path)))
        .or(() -> chosen().flatMap(context -> context.file(inContext)));
  }

  /** Who logs in, if somebody does. */
  private Optional<String> login() {
    return user.isPresent()
        ? user.filter(name -> !name.isEmpty())
        : chosen().flatMap(ChosenContext::user);
  }

  /** How long something may take: what the operator says, else what is usual. */
  Duration timeout(Duration usual) {
    return timeout.orElse(usual);
  }

  /** The client of the server that is to be asked; progress begins with it. */
  @Override
  public AdminClient client(Duration usualTimeout) {
    if (client == null) {
      // A context that is named must be there, also when all it could say is said elsewhere.
      chosen();
      client = AdminClient.of(server(), trust(), timeout(usualTimeout));
      Optional<String> login = login();
      if (login.isPresent()) {
        client = client.as(login.get(), password());
      }
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
  @Override
  public Printer printer() {
    return new Printer(format, verb.getOut(), verb.getErr(), progress());
  }

  /**
   * Returns when the operator wants it.
   *
   * @param yes whether that was said on the command line already
   * @throws ParameterException when it was not, and nobody can be asked
   * @throws AdminException when it is not wanted
   */
  @Override
  public void confirm(boolean yes, String question) {
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

  @Override
  public OutputFormat format() {
    return format;
  }

  @Override
  public boolean print(String text) {
    progress().close();
    verb.getOut().print(text);
    verb.getOut().flush();
    return !verb.getOut().checkError();
  }

  @Override
  public void warn(String text) {
    progress().close();
    verb.getErr().println("meridianctl: " + text);
    verb.getErr().flush();
  }

  /** Of who logs in; asked for once, and before any other. */
  private String password() {
    if (password == null) {
      String given = environment.get("MERIDIAN_PASSWORD");
      password = given == null ? typed("Password of " + login().orElseThrow() + ": ") : given;
    }
    return password;
  }

  @Override
  public String newPassword(String whose) {
    if (login().isPresent()) {
      password();
    }
    String changed = typed("New password of " + whose + ": ");
    if (!passwordStdin && !typed("The same again: ").equals(changed)) {
      throw AdminException.failed("the two passwords differ, nothing was done");
    }
    return changed;
  }

  /** From standard input, or from who sits at the terminal. */
  private String typed(String question) {
    if (!passwordStdin && !terminal.asks()) {
      throw wrongUsage("a password is needed: --password-stdin where nobody can be asked");
    }
    try {
      String line =
          passwordStdin ? terminal.input().readLine() : terminal.secret(verb.getErr(), question);
      if (line == null) {
        throw wrongUsage("standard input ended where a password was expected");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("the password cannot be read", e);
    }
  }

  /** The exception for what is wrong with the arguments of this run. */
  @Override
  public ParameterException wrongUsage(String message) {
    return new ParameterException(verb, message);
  }
}
