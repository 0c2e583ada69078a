package dev.meridian.node;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each package of the node may import: the table of CONTRIBUTING.md. */
class LayeringTest {

  private static final String ROOT = "dev.meridian.";
  private static final int MOST_FILES = 20;

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("node.metadata", Set.of("access", "secrets", "model")),
          Map.entry(
              "node.metadata.grpc",
              Set.of("node.metadata", "tls", "access", "secrets", "model", "proto.metadata")),
          Map.entry("node.blobs", Set.of("model")),
          Map.entry("node.blobs.file", Set.of("node.blobs", "model")),
          Map.entry("node.blobs.s3", Set.of("node.blobs", "model")),
          Map.entry("node.streams", Set.of()),
          Map.entry("node.routing", Set.of("node.metadata", "model")),
          Map.entry("node.redirect", Set.of("node.metadata", "node.routing", "model")),
          Map.entry(
              "node.peer", Set.of("node.blobs", "node.routing", "node.streams", "tls", "model")),
          Map.entry(
              "node.fetch",
              Set.of("node.metadata", "node.blobs", "node.routing", "node.peer", "model")),
          Map.entry("node.limits", Set.of("node.metadata", "node.routing", "node.peer", "model")),
          Map.entry(
              "node.replication",
              Set.of("node.metadata", "node.fetch", "node.routing", "node.peer", "model")),
          Map.entry(
              "node.sweep",
              Set.of("node.metadata", "node.blobs", "node.routing", "node.fetch", "model")),
          Map.entry(
              "node.registry",
              Set.of(
                  "node.metadata",
                  "node.blobs",
                  "node.routing",
                  "node.redirect",
                  "node.peer",
                  "node.fetch",
                  "access",
                  "model")),
          Map.entry("node.health", Set.of("node.metadata", "node.blobs", "node.routing", "model")),
          Map.entry(
              "node.auth",
              Set.of("node.limits", "node.metadata", "node.routing", "access", "secrets", "model")),
          Map.entry(
              "node.http.exchange",
              Set.of(
                  "node.auth",
                  "node.metadata",
                  "node.registry",
                  "node.routing",
                  "node.streams",
                  "model")),
          Map.entry(
              "node.http",
              Set.of(
                  "node.http.exchange",
                  "node.metadata",
                  "node.auth",
                  "node.limits",
                  "node.registry",
                  "node.redirect",
                  "node.routing",
                  "node.health",
                  "node.streams",
                  "access",
                  "model")));

  /** Libraries and the only packages that may use them. */
  private static final Map<String, Set<String>> ONLY_IN =
      Map.of(
          "inet.ipaddr.", Set.of("node.routing"),
          "com.maxmind.", Set.of("node.routing"),
          "io.vertx.",
              Set.of("node", "node.http", "node.http.exchange", "node.peer", "node.streams"),
          "io.netty.", Set.of("node.http", "node.http.exchange"),
          "com.nimbusds.", Set.of("node.auth"),
          "io.grpc.", Set.of("node.metadata.grpc"),
          "dev.meridian.proto.", Set.of("node.metadata.grpc"),
          "io.minio.", Set.of("node.blobs.s3"),
          "okhttp3.", Set.of("node.blobs.s3"),
          "dev.meridian.controlplane.", Set.of());

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.meridian.node");

  @Test
  void importsOnlyWhatTheTableAllows() {
    Set<String> wrong = new TreeSet<>();
    dependencies()
        .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT))
        .filter(d -> !packageOf(d.getOriginClass()).equals("node"))
        .forEach(d -> {
          String from = packageOf(d.getOriginClass());
          String to = packageOf(d.getTargetClass());
          if (!from.equals(to) && !MAY_IMPORT.getOrDefault(from, Set.of()).contains(to)) {
            wrong.add(from + " -> " + to + ": " + d.getDescription());
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void knowsEveryPackage() {
    Set<String> packages =
        classes.stream()
            .map(LayeringTest::packageOf)
            .collect(Collectors.toCollection(TreeSet::new));
    packages.remove("node");
    assertThat(packages).isEqualTo(new TreeSet<>(MAY_IMPORT.keySet()));
  }

  @Test
  void keepsLibrariesWhereTheyBelong() {
    Set<String> wrong = new TreeSet<>();
    dependencies()
        .forEach(d ->
            ONLY_IN.forEach((library, packages) -> {
              if (d.getTargetClass().getName().startsWith(library)
                  && !packages.contains(packageOf(d.getOriginClass()))) {
                wrong.add(d.getDescription());
              }
            }));
    assertThat(wrong).isEmpty();
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.meridian.node.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void keepsPackagesSmall() {
    Map<String, Set<String>> files = new TreeMap<>();
    for (JavaClass each : classes) {
      String file = each.getSource().flatMap(Source::getFileName).orElse(each.getName());
      if (!file.equals("package-info.java")) {
        files.computeIfAbsent(packageOf(each), name -> new TreeSet<>()).add(file);
      }
    }
    files.forEach(
        (name, sources) -> assertThat(sources).as(name).hasSizeLessThanOrEqualTo(MOST_FILES));
  }

  private Stream<Dependency> dependencies() {
    return classes.stream().flatMap(c -> c.getDirectDependenciesFromSelf().stream());
  }

  private static String packageOf(JavaClass c) {
    return c.getPackageName().substring(ROOT.length());
  }
}
