package dev.meridian.node.http;

import dev.meridian.node.registry.RegistryError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a form of {@code application/x-www-form-urlencoded} holds (URL standard, section 5). */
record Form(Map<String, List<String>> fields) {

  static Form parse(String body) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String pair : body.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields
            .computeIfAbsent(decoded(pair.substring(0, equals)), name -> new ArrayList<>())
            .add(decoded(pair.substring(equals + 1)));
      }
    }
    return new Form(fields);
  }

  List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  String required(String name) {
    return first(name)
        .orElseThrow(() -> RegistryError.UNSUPPORTED.because("the form's " + name + " is missing"));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RegistryError.UNSUPPORTED.because(
          "the form holds a '%' that is not followed by two hexadecimal digits", e);
    }
  }
}
