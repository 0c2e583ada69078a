import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over every source file of the project: {@code check} fails and names the
 * files that would change, {@code apply} rewrites them. A program of its own, because the formatter
 * must run on JDK 25 to parse Java 25 while Maven may run on 17.
 */
final class Format {

  private Format() {}

  public static void main(String... arguments) throws Exception {
    List<String> options =
        switch (arguments[0]) {
          case "check" -> List.of("--dry-run", "--set-exit-if-changed");
          case "apply" -> List.of("--replace");
          default ->
              throw new IllegalArgumentException(
                  "format is '" + arguments[0] + "': expected check or apply");
        };
    List<String> line = new ArrayList<>(options);
    try (Stream<Path> modules = Files.list(Path.of(arguments[1]))) {
      for (Path sources : modules.map(module -> module.resolve("src")).toList()) {
        line.addAll(javaFiles(sources));
      }
    }
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int result = new Main(out, err, System.in).format(line.toArray(String[]::new));
    if (result != 0) {
      err.println("These files are not formatted. To format them: mvn -N verify -Dformat=apply");
    }
    System.exit(result);
  }

  private static List<String> javaFiles(Path sources) throws IOException {
    if (!Files.isDirectory(sources)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
