package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.access.AuditCommands;
import dev.meridian.controlplane.cli.access.ExplainCommands;
import dev.meridian.controlplane.cli.access.GrantCommands;
import dev.meridian.controlplane.cli.access.GroupCommands;
import dev.meridian.controlplane.cli.access.KeyCommands;
import dev.meridian.controlplane.cli.access.RobotCommands;
import dev.meridian.controlplane.cli.access.TagRuleCommands;
import dev.meridian.controlplane.cli.access.UserCommands;
import dev.meridian.controlplane.cli.access.VisibilityCommands;
import dev.meridian.controlplane.cli.certs.CertsCommands;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.contexts.ContextCommands;
import dev.meridian.controlplane.cli.output.Terminal;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The operator's command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3
 * unreachable, also when nobody decided in time.
 */
@Command(
    name = "meridianctl",
    description = "Operates a Meridian cluster through any of its metadata servers.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused or failed",
      "2:wrong usage",
      "3:unreachable, or no decision in time"
    })
public final class Meridianctl {

  private static final int FAILED = 1;
  private static final int UNREACHABLE = 3;

  @Mixin private final Session session;

  private Meridianctl(Session session) {
    this.session = session;
  }

  /** Runs the command that the arguments name and ends the process with its code. */
  public static void main(String... arguments) {
    // By its own choice netty would start the program's logging, which takes long and says much.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    System.exit(commandLine(System.getenv(), Terminal.ofProcess()).execute(arguments));
  }

  /** The command line, ready to execute once. */
  static CommandLine commandLine(Map<String, String> environment, Terminal terminal) {
    Session session = new Session(environment, terminal);
    CommandLine line =
        new CommandLine(new Meridianctl(session))
            .addSubcommand(new RaftCommands(session))
            .addSubcommand(new RegionCommands(session))
            .addSubcommand(new NodeCommands(session))
            .addSubcommand(new RepositoryCommands(session))
            .addSubcommand(new TagCommands(session))
            .addSubcommand(new BlobCommands(session))
            .addSubcommand(new PolicyCommands(session))
            .addSubcommand(new ReplicationCommands(session))
            .addSubcommand(new UserCommands(session))
            .addSubcommand(new GroupCommands(session))
            .addSubcommand(new RobotCommands(session))
            .addSubcommand(new GrantCommands(session))
            .addSubcommand(new VisibilityCommands(session))
            .addSubcommand(new TagRuleCommands(session))
            .addSubcommand(new ExplainCommands(session))
            .addSubcommand(new KeyCommands(session))
            .addSubcommand(new AuditCommands(session))
            .addSubcommand(new BackupCommands(session))
            .addSubcommand(new DoctorCommand(session))
            .addSubcommand(new CertsCommands(session::authority, session::printer))
            .addSubcommand(new ContextCommands(session))
            .addSubcommand(new CompletionCommand());
    Arguments.registerAt(line);
    layOut(line);
    return line.setExecutionStrategy(session::run)
        .setParameterExceptionHandler((exception, arguments) -> explain(exception))
        .setExecutionExceptionHandler((exception, command, parsed) -> report(exception, command));
  }

  /** Puts the parts of every help page apart. */
  private static void layOut(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    boolean noun = command.getParent() != null;
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading(noun ? "%nVerbs:%n" : "%nNouns:%n");
    usage.synopsisSubcommandLabel(noun ? "VERB" : "NOUN VERB");
    if (usage.footer().length > 0) {
      usage.footerHeading("%nExamples:%n");
    }
    command.getSubcommands().values().forEach(Meridianctl::layOut);
  }

  private static int explain(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("meridianctl: " + exception.getMessage());
    if (command.getSubcommands().isEmpty()) {
      UnmatchedArgumentException.printSuggestions(exception, err);
      err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    } else {
      command.usage(err);
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static int report(Exception exception, CommandLine command) throws Exception {
    if (exception instanceof AdminException admin) {
      command.getErr().println("meridianctl: " + admin.getMessage());
      command.getErr().flush();
      return admin.isUnreachable() ? UNREACHABLE : FAILED;
    }
    throw exception;
  }
}
