#include "CEnvironment.h"
