package dev.meridian.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.meridian.loadtest");

  @Test
  void seesNoServerClass() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.meridian.loadtest..",
            "dev.meridian.model",
            "dev.meridian.proto.admin",
            "dev.meridian.proto.metadata",
            "com.google.protobuf..",
            "java..",
            "javax.net.ssl",
            "com.sun.management",
            "org.HdrHistogram",
            "picocli",
            "io.grpc..",
            "com.google.common.util.concurrent",
            "com.fasterxml.jackson.annotation",
            "tools.jackson..")
        .check(MAIN);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.meridian.loadtest.(*)..").should().beFreeOfCycles().check(MAIN);
  }
}
