package dev.meridian.deploy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test with programs that may not be installed: without them it is skipped, and says so. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InstalledPrograms.class)
@interface RequiresPrograms {

  /** Names of programs, or of environment variables that must be set, written {@code $NAME}. */
  String[] value();

  /** Whether they must run as root. */
  boolean asRoot() default false;
}
