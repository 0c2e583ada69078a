package dev.meridian.deploy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Skips what {@link RequiresPrograms} cannot run here, and names what is missing in the output. */
final class InstalledPrograms implements ExecutionCondition {

  private static final Logger LOG = LoggerFactory.getLogger(InstalledPrograms.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> missing =
        AnnotationSupport.findAnnotation(context.getElement(), RequiresPrograms.class).stream()
            .flatMap(InstalledPrograms::missing)
            .toList();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("all programs are installed");
    }
    String reason = "skipped for want of " + String.join(", ", missing);
    LOG.warn("{}: {}", context.getDisplayName(), reason);
    return ConditionEvaluationResult.disabled(reason);
  }

  private static Stream<String> missing(RequiresPrograms required) {
    Stream<String> rights =
        required.asRoot() && !System.getProperty("user.name").equals("root")
            ? Stream.of("the rights of root")
            : Stream.empty();
    return Stream.concat(Arrays.stream(required.value()).filter(name -> !isThere(name)), rights);
  }

  private static boolean isThere(String name) {
    return name.startsWith("$")
        ? System.getenv(name.substring(1)) != null
        : Program.find(name).isPresent();
  }
}
