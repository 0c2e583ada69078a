package dev.meridian.loadtest;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.Credentials;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which registries are measured. */
final class TargetOptions {

  @Option(
      names = "--target",
      required = true,
      paramLabel = "NAME=URL[,URL]",
      description =
          "A registry; several are measured in turn, and compared with the first. More addresses of"
              + " one registry are its other regions.")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--user", paramLabel = "USER:PASSWORD", description = "Log in at all targets.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--pid",
      paramLabel = "NAME=PID",
      description = "A process of a target on this machine, for its CPU time and memory.")
  private List<String> pids = new ArrayList<>();

  /**
   * The targets in the order of the command line.
   *
   * @throws IllegalArgumentException naming the option that is wrong
   */
  List<Target> targets() {
    Optional<Credentials> credentials = user.map(Credentials::parse);
    Map<String, List<Origin>> origins = new LinkedHashMap<>();
    for (String target : targets) {
      String[] parts = pair("--target", target, "NAME=URL");
      List<Origin> all = origins.computeIfAbsent(parts[0], name -> new ArrayList<>());
      for (String url : parts[1].split(",")) {
        all.add(Origin.of(URI.create(url)));
      }
    }
    Map<String, List<Long>> processes = processes(origins);
    return origins.entrySet().stream()
        .map(entry ->
            new Target(
                entry.getKey(),
                entry.getValue(),
                new Authorizer(credentials),
                processes.getOrDefault(entry.getKey(), List.of())))
        .toList();
  }

  private Map<String, List<Long>> processes(Map<String, List<Origin>> known) {
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    for (String pid : pids) {
      String[] parts = pair("--pid", pid, "NAME=PID");
      if (!known.containsKey(parts[0]) || !parts[1].matches("[0-9]{1,10}")) {
        throw new IllegalArgumentException(
            "--pid " + pid + " is not valid: expected the name of a --target and a process id");
      }
      processes.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(Long.parseLong(parts[1]));
    }
    return processes;
  }

  private static String[] pair(String option, String text, String form) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(option + " " + text + " is not valid: expected " + form);
    }
    return new String[] {text.substring(0, equals), text.substring(equals + 1)};
  }
}
