package dev.meridian.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules over the whole program; each module has those over its own packages. */
class ProgramLayoutTest {

  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES =
      List.of("proto", "control-plane", "node", "deploy", "loadtest");
  private static final int MOST_FILES = 20;

  private static JavaClasses program;

  @BeforeAll
  static void read() {
    program =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.meridian");
  }

  @ParameterizedTest
  @CsvSource({
    "dev.meridian.controlplane.., dev.meridian.node..",
    "dev.meridian.node.., dev.meridian.controlplane..",
    "dev.meridian.controlplane.., dev.meridian.deploy..",
    "dev.meridian.node.., dev.meridian.deploy..",
    "dev.meridian.model.., dev.meridian.access..",
    "dev.meridian.loadtest.., dev.meridian.node..",
    "dev.meridian.loadtest.., dev.meridian.controlplane..",
  })
  void modulesMeetOnlyInProto(String module, String forbidden) {
    check(
        noClasses()
            .that()
            .resideInAPackage(module)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(forbidden));
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.ratis.., dev.meridian.controlplane.raft..",
    "org.bouncycastle.., dev.meridian.controlplane.cli.certs..",
    "io.minio.., dev.meridian.node.blobs..",
    "okhttp3.., dev.meridian.node.blobs..",
    "io.vertx.ext.web.., dev.meridian.node.http..",
    "tools.jackson.dataformat.yaml.., dev.meridian.deploy.settings..",
    "ch.qos.logback.., dev.meridian.deploy..",
    "picocli.., dev.meridian.deploy..",
  })
  void eachLibraryIsKnownToOnePackage(String library, String owner) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                owner, "dev.meridian.controlplane.cli..", "dev.meridian.loadtest..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("dev.meridian.(**)").should().beFreeOfCycles());
  }

  @Test
  void logsThroughSlf4jOnly() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Logging.class.getName())
            .and() // it quietens a logger of MinIO's client
            .doNotHaveSimpleName("S3Clients")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging.."));
  }

  @Test
  void readsTheEnvironmentOnlyAtTheCommandLine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.meridian.deploy..", "dev.meridian.controlplane.cli..", "dev.meridian.loadtest")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class));
  }

  @Test
  void packagesStaySmall() throws IOException {
    assertThat(filesByPackage())
        .allSatisfy((name, files) -> assertThat(files).isLessThanOrEqualTo(MOST_FILES));
  }

  @Test
  void contributingNamesEveryPackage() throws IOException {
    String table = Files.readString(ROOT.resolve("CONTRIBUTING.md"));

    assertThat(filesByPackage().keySet())
        .allSatisfy(name -> assertThat(table).contains("| `" + name + "` |"));
  }

  /** Packages without {@code dev.meridian}, with how many files they have beside package-info. */
  private static Map<String, Long> filesByPackage() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    for (String module : MODULES) {
      Path sources = ROOT.resolve(module).resolve("src/main/java/dev/meridian");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> found = Files.walk(sources)) {
          found
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
              .forEach(name -> files.merge(name, 1L, Long::sum));
        }
      }
    }
    return files;
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(program);
  }
}
