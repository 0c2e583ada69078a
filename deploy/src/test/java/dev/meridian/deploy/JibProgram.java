package dev.meridian.deploy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Jib as a program: whom it trusts over TLS is a matter of the whole process. */
final class JibProgram {

  /** Begins the answer to what went well; the digest follows. */
  static final String DONE = "done ";

  private JibProgram() {}

  /**
   * Does what each line of its input says, in words apart by tabs: {@code push} or {@code pull}, a
   * directory for what it moves, the image, and who logs in, if anybody: name and secret. It
   * answers each with a line.
   */
  public static void main(String[] arguments) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(line.split("\t")).replace('\n', ' '));
    }
  }

  private static String answer(String[] words) {
    try {
      Path directory = Files.createTempDirectory(Path.of(words[1]), "jib");
      RegistryImage image = RegistryImage.named(words[2]);
      if (words.length > 3) {
        image.addCredential(words[3], words[4]);
      }
      return DONE
          + switch (words[0]) {
            case "push" -> push(image, directory).getDigest();
            case "pull" -> pull(image, directory).getDigest();
            default -> throw new IllegalArgumentException("neither push nor pull: " + words[0]);
          };
    } catch (Exception e) {
      return e.toString();
    }
  }

  private static JibContainer push(RegistryImage image, Path directory) throws Exception {
    Path file = directory.resolve("data");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    return Jib.fromScratch()
        .setFormat(ImageFormat.OCI)
        .addLayer(List.of(file), "/app")
        .containerize(cached(Containerizer.to(image), directory));
  }

  private static JibContainer pull(RegistryImage image, Path directory) throws Exception {
    TarImage tar = TarImage.at(directory.resolve("image.tar")).named("pulled");
    return Jib.from(image).containerize(cached(Containerizer.to(tar), directory));
  }

  /** With caches of its own, so that all bytes come from the registry. */
  private static Containerizer cached(Containerizer containerizer, Path directory) {
    return containerizer
        .setBaseImageLayersCache(directory.resolve("base"))
        .setApplicationLayersCache(directory.resolve("app"));
  }
}
