// The generated protobuf-c code of proto/lapwing.proto, as one C module. scripts/regenerate-wire writes the other files
// of this folder; none of them is edited by hand.

#ifndef LAPWING_CWIRE_H
#define LAPWING_CWIRE_H

#include "lapwing.pb-c.h"

#endif
