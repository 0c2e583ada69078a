package dev.meridian.controlplane.cli;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.access.TagPattern;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.cli.access.Permission;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.contexts.ContextName;
import dev.meridian.controlplane.cli.copies.ImageName;
import dev.meridian.controlplane.cli.output.OutputFormat;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.TagExpectation;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** What arguments may be, and the message when they are not. */
final class Arguments {

  private static final Pattern PART = Pattern.compile("\\G([0-9]{1,9})(ms|s|m|h|d)");

  private Arguments() {}

  /** Lets a command line, with all that is below it, read arguments of our types. */
  static void registerAt(CommandLine line) {
    register(line, OutputFormat.class, OutputFormat::parse);
    register(line, ServerAddress.class, ServerAddress::parse);
    register(line, Duration.class, Arguments::duration);
    register(line, ContextName.class, ContextName::parse);
    register(line, Positive.class, Positive::parse);
    register(line, RegionId.class, RegionId::parse);
    register(line, RepositoryName.class, RepositoryName::parse);
    register(line, AccountName.class, AccountName::parse);
    register(line, GroupName.class, GroupName::parse);
    register(line, Subject.class, Subject::parse);
    register(line, RepositoryPattern.class, RepositoryPattern::parse);
    register(line, TagPattern.class, TagPattern::parse);
    register(line, Action.class, Action::parse);
    register(line, Visibility.class, Visibility::parse);
    register(line, Permission.class, Permission::parse);
    register(line, Permission.OnPattern.class, Permission.OnPattern::parse);
    register(line, QualifiedTag.class, QualifiedTag::parse);
    register(line, ImageName.class, ImageName::parse);
    register(line, TagMoves.Move.class, TagMoves.Move::parse);
    register(line, TagMoves.Expected.class, TagMoves.Expected::parse);
    register(line, TagExpectation.class, Arguments::expectation);
  }

  private static <T> void register(CommandLine line, Class<T> type, Function<String, T> parse) {
    line.registerConverter(
        type,
        text -> {
          try {
            return parse.apply(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }

  static Duration duration(String text) {
    Matcher part = PART.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
              });
      end = part.end();
    }
    if (end < text.length() || !sum.isPositive()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration: expected a number and a unit, such as 500ms or 20s");
    }
    return sum;
  }

  /** A digest, or {@code absent}. */
  static TagExpectation expectation(String text) {
    return text.equals("absent")
        ? TagExpectation.newBuilder().setAbsent(true).build()
        : TagExpectation.newBuilder().setDigest(Digest.parse(text).toString()).build();
  }
}
