#include "lapwing/environment.h"
#include "lapwing/random.h"
