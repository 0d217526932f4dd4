# What the Makefiles here share: names with blanks and the like, and the exit code of skipped inputs.
#
# The including Makefile has set 'paths', the names of its variables that hold a path. A path is taken
# as it is typed, with blanks, quotes, '$', '#' or '%'; a leading ~/ is the home. Only ':', ';' and '|'
# are beyond make in OUT, below which it looks for files.

define line_break


endef

# A word for the shell, and a name for a rule.
q = '$(subst ','\'',$(1))'
escaped = $(subst $() ,\ ,$(1))

# make itself would take a '$' in a value for the beginning of a variable. A line break, which no
# value has, marks the beginning of the text.
typed = $(filter command environment,$(firstword $(origin $(1))))
at_home = $(subst $(line_break),,$(subst $(line_break)~/,$(HOME)/,$(line_break)$(1)))
$(foreach v,$(paths),$(if $(call typed,$v),$(eval override $v := $$(value $v))))
$(foreach v,$(paths),$(eval override $v := $$(call at_home,$$($v))))

$(if $(strip $(OUT)),,$(error OUT is empty; name the folder for the results))
beyond_make = $(strip $(foreach c,: ; |,$(findstring $c,$(1))))
$(if $(call beyond_make,$(OUT)),$(error OUT=$(OUT): make cannot have '$(call beyond_make,$(OUT))' in the names of its files; choose another folder))

# OUT before the colon of a rule, and behind it; a '%' before it would make a pattern.
to   := $(subst %,\%,$(call escaped,$(OUT)))
from := $(call escaped,$(OUT))

# A file that a rule depends on if it is there; where it is missing, surgenet says so.
if_there = $(if $(call beyond_make,$(1)),,$(if $(wildcard $(call escaped,$(1))),$(call escaped,$(1))))

# One program with blanks in its path, or several words, such as 'nice surgenet'.
program = $(if $(wildcard $(call escaped,$(SURGENET))),$(call q,$(SURGENET)),$(SURGENET))

# Exit code 3 says that some inputs were skipped and listed; the rest is good.
skipped_ok = || [ $$? -eq 3 ]
