/** Who asks, and what they may do: logins, tokens, and what the plane knows of accounts. */
package dev.meridian.node.auth;
