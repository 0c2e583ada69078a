/** From a request to a command: checks what the request shows by itself, fills in the rest. */
package dev.meridian.controlplane.prepare;
