print("lapwing")
