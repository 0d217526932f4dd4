/**
 * One thin picocli class per subcommand: options become a request, one class of {@code core} does
 * the work, the outcome is printed. Only this package prints, reads the command line's
 * configuration file, handles signals and exits.
 */
package org.surgenet.cli;
