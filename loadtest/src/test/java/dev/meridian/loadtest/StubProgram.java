package dev.meridian.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stub registry as a program, on the port of a registry's configuration file. */
final class StubProgram {

  private static final Pattern ADDRESS =
      Pattern.compile("^http: \\{addr: \"127\\.0\\.0\\.1:([0-9]+)\"}", Pattern.MULTILINE);

  private StubProgram() {}

  /** The configuration file is the last argument. */
  public static void main(String[] arguments) throws IOException {
    String config = Files.readString(Path.of(arguments[arguments.length - 1]));
    Matcher address = ADDRESS.matcher(config);
    if (!address.find()) {
      throw new IOException("no http address of 127.0.0.1 in the configuration");
    }
    StubRegistry.startOn(Integer.parseInt(address.group(1)));
  }

  /** A launcher of this program. */
  static Path launcher(Path directory) throws IOException {
    String script =
        """
        #!/bin/sh
        exec '%s/bin/java' -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
        """
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                StubProgram.class.getName());
    Path file = Files.writeString(directory.resolve("launcher"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
